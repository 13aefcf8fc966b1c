"""The restart of the same child by other supervisors, beside Pulse and the bare loop in the same run."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import peers
from clock import Clock
from figures import Report, percentile, spread, spread_values
from processes import clean_environment, running
from restart_latency import QUIET, QUIET_TEXT, latency
from supervisor import supervising

# Others hold a child back that lived for less than a second; that is a choice, not their speed.
UP_SECONDS = 1.5
Starter = Callable[[Path, dict[str, str]], contextlib.AbstractContextManager[object]]


def starters(programs: Path, child: Path, bare_loop: Path) -> dict[str, Starter]:
    """By name: each starts the child in a folder of its own, with an environment."""

    @contextlib.contextmanager
    def pulse(folder: Path, environment: dict[str, str]) -> Iterator[object]:
        folder.mkdir()
        settings = environment | QUIET | {"PULSE_WORKERS": "1"}
        with supervising(programs, folder, settings, ("--worker", str(child))) as supervisor:
            yield supervisor

    return {
        "pulse": pulse,
        "the bare loop": lambda _, environment: running([str(bare_loop), str(child)], environment, patience=5),
        "runsv": lambda folder, environment: peers.runsv(folder, child, environment),
        "s6-supervise": lambda folder, environment: peers.s6_supervise(folder, child, environment),
        "supervisord": lambda folder, environment: peers.supervisord(folder, child, environment),
    }


def measure(folder: Path, starters: dict[str, Starter], rounds: int, out: Report) -> dict[str, list[float]]:
    """Milliseconds by name. In turns, so that what else the machine does meets them alike."""
    folder.mkdir()
    clocks: dict[str, Clock] = {}
    pids: dict[str, int] = {}
    with contextlib.ExitStack() as exits:
        for number, (name, start) in enumerate(starters.items()):
            clock = exits.enter_context(Clock(folder / f"{number}.clock"))
            # What is added for one is added for all: a longer environment costs each child a little.
            environment = clean_environment() | peers.libraries() | clock.environment
            try:
                exits.enter_context(start(folder / str(number), environment))
                _, pids[name] = clock.next()
                clocks[name] = clock
            except (peers.Absent, TimeoutError, OSError) as error:
                if name not in peers.PACKAGES:
                    raise
                out.remark(f"{name}: cannot be run: {error}")
        taken: dict[str, list[float]] = {name: [] for name in clocks}
        names = list(clocks)
        for _ in range(rounds):
            time.sleep(UP_SECONDS)
            for name in names:
                milliseconds, pids[name] = latency(clocks[name], pids[name])
                taken[name].append(milliseconds)
            # Whoever comes after supervisord finds the machine asleep for a second: each is that one in turn.
            names.append(names.pop(0))
    return taken


def report(programs: Path, folder: Path, child: Path, bare_loop: Path, quick: bool, out: Report) -> None:
    rounds = 8 if quick else 30
    taken = measure(folder, starters(programs, child, bare_loop), rounds, out)
    ours = percentile(taken["pulse"], 0.5)
    for name, values in taken.items():
        times = percentile(values, 0.5) / ours
        about = QUIET_TEXT if name == "pulse" else f"p50 {times:.2f} times Pulse's"
        if name in peers.PACKAGES:
            about += f"; {peers.version(name)}"
        if name in peers.ABOUT:
            about += f"; {peers.ABOUT[name]}"
        out.figure(
            "restart-beside",
            f"restart by {name}",
            spread(values, 3),
            f"{rounds} rounds in turns, each child up for {UP_SECONDS} s and more; {about}",
            by=name,
            rounds=rounds,
            up_seconds=UP_SECONDS,
            p50_to_pulse=round(times, 3),
            **spread_values(values),
        )
