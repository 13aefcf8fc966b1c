"""The recovery of a job by a worker that sees nothing of the dead one: each lives in a pid namespace of its own."""

import subprocess
import time
from pathlib import Path

from killed_job import await_finished, enqueue, held
from load import Load
from processes import WITH_US, clean_environment
from waiting import until

ALONE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
# A worker that is new to Redis judges nobody by its sign of life for so long.
PATIENCE_SECONDS = 21


def start(programs: Path, folder: Path, load: Load, slot: str) -> subprocess.Popen:
    environment = clean_environment() | load.settings | {"PULSE_SLOT": slot, "PULSE_STARTUP": "wait"}
    with (folder / f"{slot}.log").open("ab") as log:
        command = WITH_US + ALONE + [str(programs / "pulse-worker")]
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def elsewhere(programs: Path, folder: Path, load: Load, rounds: int) -> list[float]:
    """Milliseconds of each round."""
    folder.mkdir()
    live = {slot: start(programs, folder, load, slot) for slot in ("far.1", "far.2")}
    latencies = []
    try:
        for number in range(rounds):
            until("two workers", 30, lambda: load.redis.scard("pulse:workers") == 2)
            time.sleep(PATIENCE_SECONDS)
            job = enqueue(load, f"elsewhere-{number}")
            first = until("the job's first claim", 30, lambda job=job: held(load, job), pause=0.005)
            slot = next(slot for slot in live if f"-{slot}-" in first.worker)
            killed = time.time()
            # With it goes the namespace and all that lives there.
            live[slot].kill()
            live[slot].wait()
            again = until("the job's second claim", 60, lambda job=job, first=first: held(load, job, first.worker))
            latencies.append(1000 * (again.at - killed))
            await_finished(load, job)
            live[slot] = start(programs, folder, load, slot)
    finally:
        for process in live.values():
            process.kill()
            process.wait()
    return latencies
