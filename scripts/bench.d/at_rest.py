"""The supervisor with nothing to do: what it holds, and how often it wakes beside how often it has to."""

import time
from pathlib import Path

from figures import Report
from processes import kib, rollup, status
from stack import Stack
from supervisor import supervising

WORKERS = 2
REPORT_SECONDS = 2
WATCHDOG_SECONDS = 30
# A worker pings at a third of its watchdog, so that two pings may be lost.
PING_SECONDS = WATCHDOG_SECONDS / 3


def report(programs: Path, folder: Path, stack: Stack, child: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    (folder / "Procfile").write_text(f"first: {child}\nsecond: {child}\n")
    settings = stack.settings | {
        "PULSE_WORKERS": str(WORKERS),
        "PULSE_REPORT_INTERVAL": f"{REPORT_SECONDS}s",
        "PULSE_WATCHDOG": f"{WATCHDOG_SECONDS}s",
    }
    arguments = ("--procfile", str(folder / "Procfile"), "--notify", "first", "--notify", "second")
    seconds = 10 if quick else 60
    with supervising(programs, folder, settings, arguments) as supervisor:
        for _ in range(4):
            supervisor.wait_for_line(": ready after")
        time.sleep(5)  # the start's own work is over
        before, begin = status(supervisor.pid), time.monotonic()
        time.sleep(seconds)
        # Read first: a pause of ours must not count.
        after, took = status(supervisor.pid), time.monotonic() - begin
        memory = rollup(supervisor.pid)

    woken = int(after["voluntary_ctxt_switches"]) - int(before["voluntary_ctxt_switches"])
    pushed = int(after["nonvoluntary_ctxt_switches"]) - int(before["nonvoluntary_ctxt_switches"])
    reports, pings = WORKERS * took / REPORT_SECONDS, WORKERS * took / PING_SECONDS
    rss, anonymous, peak = kib(after["VmRSS"]), memory["Anonymous"], kib(after["VmHWM"])
    # In step, the workers' reports arrive together and each ping beside a report.
    least, most = reports / WORKERS, reports + pings
    out.figure(
        "rest-memory",
        "supervisor at rest: memory",
        f"{rss / 1024:.1f} MiB resident, {anonymous / 1024:.1f} MiB of it anonymous; {after['Threads']} thread(s)",
        f"4 children ({WORKERS} pulse-workers, 2 C programs); peak {peak / 1024:.1f} MiB; "
        f"PSS {memory['Pss'] / 1024:.1f} MiB",
        threads=int(after["Threads"]),
        rss_kib=rss,
        anonymous_kib=anonymous,
        peak_kib=peak,
        pss_kib=memory["Pss"],
    )
    out.figure(
        "rest-wakeups",
        "supervisor at rest: wake-ups",
        f"{woken} in {took:.0f} s, expected {least:.0f} to {most:.0f}",
        f"voluntary_ctxt_switches ({pushed} involuntary). Expected: of {WORKERS} workers a report every "
        f"{REPORT_SECONDS} s = {reports:.0f} and a watchdog ping every {PING_SECONDS:.0f} s = {pings:.0f}, when each "
        f"arrives alone; {least:.0f} when the workers are in step. The C programs say nothing.",
        seconds=round(took, 2),
        wakeups=woken,
        expected_least=round(least, 1),
        expected_most=round(most, 1),
        reports=round(reports, 1),
        pings=round(pings, 1),
        involuntary=pushed,
    )
