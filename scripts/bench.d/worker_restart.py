"""From SIGKILL of an idle pulse-worker to its successor's READY=1, as the supervisor's log line tells it."""

import os
import re
import signal
import time
from pathlib import Path

from figures import Report, percentile, spread, spread_values
from stack import Stack
from supervisor import UNLIMITED, UNLIMITED_TEXT, supervising

READY = "worker.1: ready after"
STARTED = re.compile(r"worker\.1: started pid (\d+)")


def measure(programs: Path, folder: Path, stack: Stack, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds from the kill to READY, and from the kill to the spawn."""
    folder.mkdir()
    settings = UNLIMITED | stack.settings | {"PULSE_WORKERS": "1"}
    totals, spawns = [], []
    with supervising(programs, folder, settings) as supervisor:
        _, line = supervisor.wait_for_line("worker.1: started pid")
        supervisor.wait_for_line(READY)
        for _ in range(rounds):
            time.sleep(0.2)  # the worker at rest in its claim
            killed = time.monotonic_ns()
            os.kill(int(STARTED.search(line).group(1)), signal.SIGKILL)
            spawned, line = supervisor.wait_for_line("worker.1: started pid")
            ready, _ = supervisor.wait_for_line(READY)
            spawns.append((spawned - killed) / 1e6)
            totals.append((ready - killed) / 1e6)
    return totals, spawns


def report(programs: Path, folder: Path, stack: Stack, quick: bool, out: Report) -> None:
    rounds = 10 if quick else 30
    totals, spawns = measure(programs, folder, stack, rounds)
    spawn = percentile(spawns, 0.5)
    out.figure(
        "worker-restart",
        "pulse-worker: kill to READY",
        spread(totals),
        f"SIGKILL to READY=1 of an idle worker, {rounds} rounds; {UNLIMITED_TEXT}; spawned after p50 {spawn:.1f} ms, "
        "the rest is the worker's own: Redis, its predecessor's jobs, TEI's and Qdrant's check",
        rounds=rounds,
        settings=UNLIMITED,
        spawn_p50_ms=round(spawn, 3),
        **spread_values(totals),
    )
