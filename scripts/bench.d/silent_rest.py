"""The supervisor with children that say nothing, so that nothing need wake it: few, then many, beside supervisord."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import peers
from at_rest import TARGET_ANONYMOUS_MIB, TARGET_RSS_MIB
from clock import Clock
from figures import Report
from processes import clean_environment
from resting import Rest, mib, observe
from supervisor import Supervisor, supervising

FEW, MANY = 4, 256
TARGET_KIB_PER_CHILD = 8


@contextlib.contextmanager
def silent(programs: Path, folder: Path, child: Path, count: int) -> Iterator[Supervisor]:
    """Of `count` children, all of them ready. They print nothing: their rings of lines are empty."""
    folder.mkdir()
    (folder / "Procfile").write_text(f"silent: {child}\n")
    arguments = ("--procfile", str(folder / "Procfile"), "--notify", "silent", "--scale", f"silent={count}")
    with supervising(programs, folder, {"PULSE_WORKERS": "0"}, arguments) as supervisor:
        for _ in range(count):
            supervisor.wait_for_line(": ready after")
        yield supervisor


@contextlib.contextmanager
def supervisord(folder: Path, child: Path, count: int) -> Iterator[int]:
    """Its pid, once all its children run; raises Absent."""
    with (
        Clock(folder / "clock") as clock,
        peers.supervisord(folder / "peer", child, clean_environment() | clock.environment, count) as process,
    ):
        for _ in range(count):
            clock.next()
        yield process.pid


def measure(programs: Path, folder: Path, child: Path, seconds: float, out: Report) -> list[Rest]:
    """Few, many, and supervisord where it can be had."""
    folder.mkdir()
    with contextlib.ExitStack() as exits:
        pids = [exits.enter_context(silent(programs, folder / "few", child, FEW)).pid]
        # Beside it, for neither does anything; but no two of ours, which would share what one alone has to itself.
        try:
            pids.append(exits.enter_context(supervisord(folder, child, FEW)))
        except (peers.Absent, TimeoutError) as error:
            out.remark(f"supervisord: cannot be run: {error}")
        few = observe(pids, seconds)
    with silent(programs, folder / "many", child, MANY) as supervisor:
        many = observe([supervisor.pid], seconds)
    return few[:1] + many + few[1:]


def report(programs: Path, folder: Path, child: Path, quick: bool, out: Report) -> None:
    few, many, *others = measure(programs, folder, child, 10 if quick else 60, out)
    for count, rest in ((FEW, few), (MANY, many)):
        out.figure(
            f"rest-{count}",
            f"at rest, {count} silent children",
            f"{mib(rest.rss)} resident, {mib(rest.anonymous)} anonymous; {rest.wakeups} wake-ups in "
            f"{rest.seconds:.0f} s, expected 0",
            f"PSS {mib(rest.pss)}, private {mib(rest.private)}, peak {mib(rest.peak)}; {rest.threads} thread(s); "
            f"{rest.involuntary} involuntary switches"
            + (f"; target < {TARGET_RSS_MIB} MiB, anonymous < {TARGET_ANONYMOUS_MIB} MiB" if count == FEW else ""),
            children=count,
            expected=0,
            **rest.values(),
        )
    each = (many.anonymous - few.anonymous) / (MANY - FEW)
    out.figure(
        "rest-per-child",
        "memory for each further child",
        f"{each:.1f} KiB",
        f"anonymous, from {FEW} to {MANY} children; target <= {TARGET_KIB_PER_CHILD} KiB",
        kib_per_child=round(each, 2),
        target_kib=TARGET_KIB_PER_CHILD,
    )
    for rest in others:
        out.figure(
            "rest-supervisord",
            f"supervisord, {FEW} programs",
            f"{mib(rest.rss)} resident, {mib(rest.anonymous)} anonymous; {rest.wakeups} wake-ups in "
            f"{rest.seconds:.0f} s",
            f"{peers.version('supervisord')}, the same child; PSS {mib(rest.pss)}, private {mib(rest.private)}, peak "
            f"{mib(rest.peak)}; {rest.threads} thread(s). {rest.rss / few.rss:.1f} times our resident memory, "
            f"{rest.private / few.private:.1f} times our private, {rest.anonymous / few.anonymous:.1f} times our "
            "anonymous",
            children=FEW,
            **rest.values(),
        )
