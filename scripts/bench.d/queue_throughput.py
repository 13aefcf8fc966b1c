"""Jobs a second when there is nothing to embed: documents of 15 KB, indexed already, by one worker of each kind.

Pulse decodes each, hashes its text and asks Qdrant for its state; python-rq's workers only return the same dict.
"""

import subprocess
import sys
from pathlib import Path

from rq import Queue

from figures import Report
from load import DOCUMENT_BYTES, Load, documents, load
from processes import clean_environment, running
from prose import pieces
from queue_run import QUEUE, Figures, measured

# What python-rq's workers import as `worker`.
FUNCTIONS = Path(__file__).with_name("no_op")
PYTHON_KINDS = {"rq worker": "rq.Worker", "rq SimpleWorker": "rq.SimpleWorker"}
TARGET = 3000


def enqueue(load: Load, jobs: list[dict[str, str]]) -> list[str]:
    """Anew; the former ones are forgotten."""
    queue = Queue(QUEUE, connection=load.binary)
    load.redis.delete(f"rq:finished:{QUEUE}")
    prepared = [
        queue.prepare_data("worker.index_document_job", (document,), timeout=600, result_ttl=3600) for document in jobs
    ]
    ids = []
    for start in range(0, len(prepared), 200):
        ids += [job.id for job in queue.enqueue_many(prepared[start : start + 200])]
    return ids


def enqueue_again(load: Load, ids: list[str]) -> None:
    """The very same jobs: Pulse finds that nothing is newer, and writes nothing to Qdrant."""
    load.redis.delete(f"rq:finished:{QUEUE}")
    pipeline = load.redis.pipeline(transaction=False)
    for id in ids:
        pipeline.hset(f"rq:job:{id}", "status", "queued")
        pipeline.persist(f"rq:job:{id}")
        pipeline.rpush(f"rq:queue:{QUEUE}", id)
    pipeline.execute()


def pulse(programs: Path, folder: Path, load: Load, jobs: int, in_flight: int) -> Figures:
    """The queue is filled already."""
    own = {"PULSE_STARTUP": "wait", "PULSE_MAX_JOBS_IN_FLIGHT": str(in_flight), "PULSE_CHUNK_TOKENS": "1024"}
    with (folder / f"pulse-{in_flight}.log").open("ab") as log:
        command = [str(programs / "pulse-worker")]
        with running(command, clean_environment() | load.settings | own, 30, stdout=log, stderr=log) as process:
            return measured(load, process.pid, jobs)


def python(folder: Path, load: Load, jobs: int, kind: str) -> Figures:
    command = [sys.executable, "-m", "rq.cli", "worker", "--url", load.server.url, "--worker-class", kind]
    command += ["--quiet", QUEUE]
    environment = clean_environment() | {"PYTHONPATH": str(FUNCTIONS)}
    with (
        (folder / f"{kind}.log").open("wb") as log,
        running(command, environment, 30, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        return measured(load, process.pid, jobs)


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    count = 2000 if quick else 6000
    texts = list(pieces(DOCUMENT_BYTES))
    with load(folder) as own:
        jobs = documents(texts, count)
        ids = enqueue(own, jobs)
        # The first pass indexes them; nothing of it is measured.
        pulse(programs, folder, own, count, 16)
        figures = {}
        for in_flight in (8, 64):
            enqueue_again(own, ids)
            figures[f"Pulse, {in_flight} in flight"] = pulse(programs, folder, own, count, in_flight)
        enqueue(own, jobs)
        figures["Pulse, new jobs"] = pulse(programs, folder, own, count, 8)
        for name, kind in PYTHON_KINDS.items():
            few = min(count, (200 if quick else 600) * (1 if kind == "rq.Worker" else 4))
            enqueue(own, jobs[:few])
            figures[name] = python(folder, own, few, kind)
    best = figures["Pulse, 8 in flight"]
    for name, one in figures.items():
        times = best.jobs_per_s / one.jobs_per_s
        compared = f"target {TARGET} jobs/s" if one is best else f"Pulse, 8 in flight, does {times:.1f} times as many"
        out.figure(
            "queue",
            f"no-op: {name}",
            str(one),
            f"for each job {one.sent:.1f} commands sent and {one.called:.1f} called by scripts; documents of "
            f"{DOCUMENT_BYTES // 1000} KB, unchanged, load generators for TEI and Qdrant; {compared}",
            kind=name,
            **one.values,
        )
