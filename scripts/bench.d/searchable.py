"""How long it takes from enqueue() to the moment at which the last of a document's points can be found."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rq import Queue

import markdown_documents
import queued
import stored_points
from redis_server import QUEUE
from stand_ins import StandIns
from worker_run import all_finished, pulse_worker

DOCUMENTS_PER_S = 100


def enqueue(stand_ins: StandIns, document: dict[str, str], queue: str = QUEUE) -> str:
    """The job's id."""
    there = Queue(queue, connection=stand_ins.binary)
    return there.enqueue(queued.FUNCTION, document, job_timeout=3600, result_ttl=86400).id


@contextlib.contextmanager
def warm_worker(programs: Path, folder: Path, stand_ins: StandIns) -> Iterator[subprocess.Popen]:
    """It has done one job, and remembers none."""
    stand_ins.forget()
    with pulse_worker(programs, folder, stand_ins) as process:
        enqueue(stand_ins, next(markdown_documents.documents(1, seed=999)))
        all_finished(stand_ins, process, 1)
        stand_ins.redis.delete(f"rq:finished:{QUEUE}")
        yield process


def paced(
    stand_ins: StandIns, documents: Iterable[dict[str, str]], go_on: Callable[[], bool] = lambda: True
) -> dict[str, float]:
    """Enqueues at an even pace; when each was, by URL."""
    begun: dict[str, float] = {}
    start = time.monotonic()
    for number, document in enumerate(documents):
        time.sleep(max(0, start + number / DOCUMENTS_PER_S - time.monotonic()))
        if not go_on():
            break
        begun[document["url"]] = time.time()
        enqueue(stand_ins, document)
    return begun


def searchable_ms(stand_ins: StandIns, begun: dict[str, float]) -> list[float]:
    found = stored_points.by_url(stand_ins)
    return [1000 * (max(point.changed for point in found[url]) - at) for url, at in begun.items()]
