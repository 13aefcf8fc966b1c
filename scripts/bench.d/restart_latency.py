"""From SIGKILL of a child to the first line of its successor's main; both moments are CLOCK_MONOTONIC."""

import os
import select
import signal
import time
from pathlib import Path

from figures import Report, spread, spread_values
from supervisor import UNLIMITED, UNLIMITED_TEXT, supervising

TARGET_MS = 2


def first_line(clock: int) -> tuple[int, int]:
    """When the next child's main began, and its pid."""
    if not select.select([clock], [], [], 10)[0]:
        raise TimeoutError("no child began within 10 s")
    moment, pid = os.read(clock, 64).split()
    return int(moment), int(pid)


def measure(programs: Path, folder: Path, child: Path, rounds: int) -> list[float]:
    folder.mkdir()
    os.mkfifo(folder / "clock")
    clock = os.open(folder / "clock", os.O_RDWR | os.O_CLOEXEC)
    settings = UNLIMITED | {"PULSE_WORKERS": "1", "PULSE_LOG_LEVEL": "error", "CLOCK_FILE": str(folder / "clock")}
    try:
        with supervising(programs, folder, settings, ("--worker", str(child))):
            latencies = []
            _, pid = first_line(clock)
            for _ in range(rounds):
                time.sleep(0.02)  # the supervisor back in its poll, the child in its pause
                killed = time.monotonic_ns()
                os.kill(pid, signal.SIGKILL)
                began, pid = first_line(clock)
                latencies.append((began - killed) / 1e6)
    finally:
        os.close(clock)
    return latencies


def report(programs: Path, folder: Path, child: Path, quick: bool, out: Report) -> None:
    rounds = 50 if quick else 200
    latencies = measure(programs, folder, child, rounds)
    out.figure(
        "restart",
        "restart of a child",
        spread(latencies, 3),
        f"SIGKILL to the successor's main, {rounds} rounds, a C program; {UNLIMITED_TEXT}; target p50 < {TARGET_MS} ms",
        rounds=rounds,
        target_p50_ms=TARGET_MS,
        settings=UNLIMITED,
        **spread_values(latencies),
    )
