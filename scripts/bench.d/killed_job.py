"""A job whose worker is killed: put there, watched, and seen to its end."""

from dataclasses import dataclass
from datetime import datetime

from rq import Queue

from load import Load
from waiting import until

# The load generator answers after so long, so that the kill always meets the worker at work.
JOB = "[[slow 0.5]]"


@dataclass(frozen=True)
class Held:
    worker: str
    at: float


def enqueue(load: Load, name: str) -> str:
    document = {"url": f"https://example.org/recovery/{name}", "title": "Recovery", "markdown": f"# {name}\n\n{JOB}\n"}
    return (
        Queue("indexing", connection=load.binary).enqueue("worker.index_document_job", document, job_timeout="10m").id
    )


def held(load: Load, job: str, but_by: str = "") -> Held | None:
    """In whose hands it is and since when, by Redis's clock, which is this machine's."""
    status, worker, at = load.redis.hmget(f"rq:job:{job}", "status", "worker_name", "started_at")
    if status != "started" or not worker or worker == but_by:
        return None
    return Held(worker, datetime.fromisoformat(at).timestamp())


def await_finished(load: Load, job: str) -> None:
    key = f"rq:job:{job}"
    until("the job's end", 60, lambda: load.redis.hget(key, "status") in ("finished", "failed"))
    if load.redis.hget(key, "status") != "finished":
        raise RuntimeError(f"job {job} failed after its worker was killed once")
