"""The supervisor with idle workers: what it holds, and how often it wakes beside how often it has to."""

from pathlib import Path

from figures import Report
from resting import mib, observe
from stack import Stack
from supervisor import supervising

WORKERS = 2
REPORT_SECONDS = 2
WATCHDOG_SECONDS = 30
# A worker pings at a third of its watchdog, so that two pings may be lost.
PING_SECONDS = WATCHDOG_SECONDS / 3
TARGET_RSS_MIB, TARGET_ANONYMOUS_MIB = 16, 2


def report(programs: Path, folder: Path, stack: Stack, child: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    (folder / "Procfile").write_text(f"first: {child}\nsecond: {child}\n")
    settings = stack.settings | {
        "PULSE_WORKERS": str(WORKERS),
        "PULSE_REPORT_INTERVAL": f"{REPORT_SECONDS}s",
        "PULSE_WATCHDOG": f"{WATCHDOG_SECONDS}s",
    }
    arguments = ("--procfile", str(folder / "Procfile"), "--notify", "first", "--notify", "second")
    with supervising(programs, folder, settings, arguments) as supervisor:
        for _ in range(4):
            supervisor.wait_for_line(": ready after")
        rest = observe([supervisor.pid], 10 if quick else 60)[0]

    reports, pings = WORKERS * rest.seconds / REPORT_SECONDS, WORKERS * rest.seconds / PING_SECONDS
    # In step, the workers' reports arrive together and each ping beside a report.
    least, most = reports / WORKERS, reports + pings
    out.figure(
        "rest-memory",
        "supervisor at rest: memory",
        f"{mib(rest.rss)} resident, {mib(rest.anonymous)} of it anonymous; {rest.threads} thread(s)",
        f"4 children ({WORKERS} pulse-workers, 2 C programs); peak {mib(rest.peak)}; PSS {mib(rest.pss)}; "
        f"target < {TARGET_RSS_MIB} MiB, anonymous < {TARGET_ANONYMOUS_MIB} MiB",
        target_rss_mib=TARGET_RSS_MIB,
        target_anonymous_mib=TARGET_ANONYMOUS_MIB,
        **rest.values(),
    )
    out.figure(
        "rest-wakeups",
        "supervisor at rest: wake-ups",
        f"{rest.wakeups} in {rest.seconds:.0f} s, expected {least:.0f} to {most:.0f}",
        f"voluntary_ctxt_switches ({rest.involuntary} involuntary). Expected: of {WORKERS} workers a report every "
        f"{REPORT_SECONDS} s = {reports:.0f} and a watchdog ping every {PING_SECONDS:.0f} s = {pings:.0f}, when each "
        f"arrives alone; {least:.0f} when the workers are in step. The C programs say nothing.",
        seconds=round(rest.seconds, 2),
        wakeups=rest.wakeups,
        expected_least=round(least, 1),
        expected_most=round(most, 1),
        reports=round(reports, 1),
        pings=round(pings, 1),
        involuntary=rest.involuntary,
    )
