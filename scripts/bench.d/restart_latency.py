"""From SIGKILL of a child to the first line of its successor's main; both moments are CLOCK_MONOTONIC."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from clock import Clock
from figures import Report, percentile, spread, spread_values
from processes import clean_environment, running
from supervisor import UNLIMITED, UNLIMITED_TEXT, supervising

TARGET_P50_MS, TARGET_P99_MS = 1, 5
# A line of the log for each death would be measured along; nobody else's log is on either.
QUIET = UNLIMITED | {"PULSE_LOG_LEVEL": "error"}
QUIET_TEXT = f"{UNLIMITED_TEXT} PULSE_LOG_LEVEL=error"


def latency(clock: Clock, pid: int) -> tuple[float, int]:
    """Milliseconds from the kill of `pid` to its successor's main, and the successor's pid."""
    killed = time.monotonic_ns()
    os.kill(pid, signal.SIGKILL)
    began, successor = clock.next()
    return (began - killed) / 1e6, successor


def latencies(clock: Clock, rounds: int) -> Iterator[float]:
    _, pid = clock.next()
    for _ in range(rounds):
        time.sleep(0.02)  # the supervisor back in its wait, the child in its pause
        taken, pid = latency(clock, pid)
        yield taken


def measure(programs: Path, folder: Path, child: Path, rounds: int) -> list[float]:
    folder.mkdir()
    with Clock(folder / "clock") as clock:
        settings = QUIET | {"PULSE_WORKERS": "1"} | clock.environment
        with supervising(programs, folder, settings, ("--worker", str(child))):
            return list(latencies(clock, rounds))


def measure_floor(folder: Path, child: Path, bare_loop: Path, rounds: int) -> list[float]:
    folder.mkdir()
    with Clock(folder / "clock") as clock:
        environment = clean_environment() | clock.environment
        with running([str(bare_loop), str(child)], environment, patience=5):
            return list(latencies(clock, rounds))


def report(programs: Path, folder: Path, child: Path, bare_loop: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    rounds = 50 if quick else 500
    ours = measure(programs, folder / "pulse", child, rounds)
    floor = measure_floor(folder / "floor", child, bare_loop, rounds)
    out.figure(
        "restart",
        "restart of a child",
        spread(ours, 3),
        f"SIGKILL to the successor's main, {rounds} rounds, a C program; {QUIET_TEXT}; "
        f"target p50 < {TARGET_P50_MS} ms, p99 < {TARGET_P99_MS} ms",
        rounds=rounds,
        target_p50_ms=TARGET_P50_MS,
        target_p99_ms=TARGET_P99_MS,
        settings=QUIET,
        **spread_values(ours),
    )
    above = percentile(ours, 0.5) - percentile(floor, 0.5)
    out.figure(
        "restart-floor",
        "the same by a bare loop in C",
        spread(floor, 3),
        f"waitid, posix_spawn, nothing else, {rounds} rounds: what the kernel takes for it. Pulse's p50 is "
        f"{above:.3f} ms above it",
        rounds=rounds,
        **spread_values(floor),
    )
