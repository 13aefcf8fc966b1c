"""All children killed at once: from the first SIGKILL to the last successor's main."""

import os
import signal
import time
from pathlib import Path

from clock import Clock
from figures import Report, percentile, spread, spread_values
from restart_latency import QUIET, QUIET_TEXT
from supervisor import supervising

CHILDREN = 64
TARGET_MS = 1000


def measure(programs: Path, folder: Path, child: Path, rounds: int) -> list[float]:
    folder.mkdir()
    with Clock(folder / "clock") as clock:
        settings = QUIET | {"PULSE_WORKERS": str(CHILDREN)} | clock.environment
        with supervising(programs, folder, settings, ("--worker", str(child))):
            taken = []
            pids = [clock.next()[1] for _ in range(CHILDREN)]
            for _ in range(rounds):
                time.sleep(0.5)  # the supervisor back in its wait
                killed = time.monotonic_ns()
                for pid in pids:
                    os.kill(pid, signal.SIGKILL)
                successors = [clock.next(30) for _ in range(CHILDREN)]
                pids = [pid for _, pid in successors]
                taken.append((max(began for began, _ in successors) - killed) / 1e6)
    return taken


def report(programs: Path, folder: Path, child: Path, quick: bool, out: Report) -> None:
    rounds = 5 if quick else 20
    taken = measure(programs, folder, child, rounds)
    each = percentile(taken, 0.5) / CHILDREN
    out.figure(
        "restart-many",
        f"restart of {CHILDREN} at once",
        spread(taken),
        f"first SIGKILL to the last successor's main, {rounds} rounds, a C program; {each:.2f} ms for each; as many "
        f"starting at once as there are cores; {QUIET_TEXT}; target < {TARGET_MS} ms",
        rounds=rounds,
        children=CHILDREN,
        target_ms=TARGET_MS,
        settings=QUIET,
        **spread_values(taken),
    )
