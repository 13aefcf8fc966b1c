"""What becomes of the job when `rq worker-pool` loses the worker that runs it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from killed_job import enqueue, held
from load import Load
from processes import clean_environment, running
from waiting import until

FUNCTIONS = Path(__file__).with_name("long_job")


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def pool(folder: Path, load: Load, seconds: float) -> tuple[str, float | None]:
    """What became of it, and after how many seconds; None when that is nothing."""
    folder.mkdir()
    load.redis.flushdb()
    command = [sys.executable, "-m", "rq.cli", "worker-pool", "--url", load.server.url, "-n", "2", "indexing"]
    environment = clean_environment() | {"PYTHONPATH": str(FUNCTIONS)}
    with (
        (folder / "log").open("wb") as log,
        running(command, environment, 15, stdout=log, stderr=subprocess.STDOUT),
    ):
        until("two workers", 30, lambda: load.redis.scard("rq:workers") == 2)
        job = enqueue(load, "pool")
        first = until("the job's first claim", 30, lambda: held(load, job), pause=0.005)
        pid = int(load.redis.hget(f"rq:worker:{first.worker}", "pid"))
        horse = until("its work-horse", 10, lambda: children(pid) or None)
        killed = time.time()
        for victim in (pid, *horse):
            os.kill(victim, signal.SIGKILL)
        end = killed + seconds
        while time.time() < end:
            if again := held(load, job, first.worker):
                return "claimed again", again.at - killed
            status = load.redis.hget(f"rq:job:{job}", "status")
            if status != "started":
                return status, time.time() - killed
            time.sleep(0.05)
        return "started", None
