"""From python-rq's call of enqueue() to the moment at which a worker with nothing to do holds the job."""

import random
import subprocess
import time
from datetime import datetime
from pathlib import Path

from rq import Queue

from figures import Report, spread, spread_values
from load import Load, load
from processes import clean_environment, running
from waiting import until


def held_at(load: Load, job: str) -> float:
    """When Redis gave it away, by Redis's clock, which is this machine's."""
    text = until("the job is held", 10, lambda: load.redis.hget(f"rq:job:{job}", "started_at") or None, pause=0.002)
    return datetime.fromisoformat(text).timestamp()


def measure(programs: Path, folder: Path, load: Load, rounds: int) -> list[float]:
    """Milliseconds."""
    queue, latencies = Queue("indexing", connection=load.binary), []
    environment = clean_environment() | load.settings | {"PULSE_STARTUP": "wait"}
    with (
        (folder / "pulse.log").open("wb") as log,
        running([str(programs / "pulse-worker")], environment, 30, stdout=log, stderr=subprocess.STDOUT),
    ):
        # Rounds 0 and 1 are the first with everything, and not counted.
        for number in range(rounds + 2):
            document = {"url": "https://example.org/pickup", "title": "Pickup", "markdown": f"Round {number}."}
            asked = time.time()
            job = queue.enqueue("worker.index_document_job", document, job_timeout="10m").id
            latencies.append(1000 * (held_at(load, job) - asked))
            until("the job ends", 10, lambda job=job: load.redis.hget(f"rq:job:{job}", "status") == "finished")
            # Somewhere in the second that a single wait for jobs lasts.
            time.sleep(random.uniform(0.01, 0.1))
    return latencies[2:]


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    rounds = 50 if quick else 200
    with load(folder) as own:
        latencies = measure(programs, folder, own, rounds)
    out.figure(
        "pickup",
        "enqueue() to job held",
        spread(latencies),
        f"python-rq's enqueue() included, one idle worker, {rounds} rounds",
        rounds=rounds,
        **spread_values(latencies),
    )
