"""What Redis says of the jobs, read key by key, and whether Qdrant holds what they say they wrote."""

import base64
import pickle
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redis import Redis

from production import Job
from redis_server import QUEUE
from results import Failed
from services import Services
from waiting import until

ENDED = ("finished", "failed", "stopped", "canceled")


@dataclass(frozen=True)
class State:
    status: str | None
    worker: str | None
    crashes: int

    @property
    def is_pulses(self) -> bool:
        return (self.worker or "").startswith("pulse-")


def states(redis: Redis, jobs: list[Job]) -> dict[str, State]:
    pipeline = redis.pipeline(transaction=False)
    for job in jobs:
        pipeline.hmget(f"rq:job:{job.id}", "status", "worker_name", "pulse_crashes")
    rows = zip(jobs, pipeline.execute(), strict=True)
    return {job.id: State(status, worker, int(crashes or 0)) for job, (status, worker, crashes) in rows}


def counted(redis: Redis, jobs: list[Job]) -> dict[str | None, int]:
    return dict(Counter(state.status for state in states(redis, jobs).values()))


def await_ended(redis: Redis, jobs: list[Job], seconds: float) -> dict[str, State]:
    until(
        f"{len(jobs)} jobs end",
        seconds,
        lambda: all(state.status in ENDED for state in states(redis, jobs).values()),
        lambda: counted(redis, jobs),
        pause=0.1,
    )
    return states(redis, jobs)


def results(redis: Redis, job: Job) -> list[dict[str, str]]:
    """Newest first. Type 1: success, 2: failure."""
    return [fields for _, fields in redis.xrevrange(f"rq:results:{job.id}")]


def returned(redis: Redis, job: Job) -> Any:
    return pickle.loads(base64.b64decode(results(redis, job)[0]["return_value"]))


def exc_string(redis: Redis, job: Job) -> str:
    return zlib.decompress(base64.b64decode(results(redis, job)[0]["exc_string"])).decode()


LEFTOVERS = (
    f"rq:queue:{QUEUE}*",
    f"rq:wip:{QUEUE}",
    "rq:execution:*",
    "rq:executions:*",
    "rq:deferred:*",
    "rq:scheduled:*",
    "pulse:inbox:*",
    "pulse:inflight:*",
)


def leftovers(redis: Redis) -> dict[str, Any]:
    """Keys that must be gone once all work is done, with how much they hold."""
    sizes = {"list": redis.llen, "zset": redis.zcard, "hash": redis.hlen, "set": redis.scard}
    keys = {key for pattern in LEFTOVERS for key in redis.scan_iter(pattern, count=1000)}
    # The time at which RQ's maintenance first saw an id, and a lock, are no jobs.
    kinds = {key: redis.type(key) for key in sorted(keys)}
    return {key: sizes[kind](key) for key, kind in kinds.items() if kind in sizes}


def check_points(redis: Redis, services: Services, jobs: list[Job], begun: Iterable[Job] = ()) -> int:
    """Each document has the points that its job reported, no more and no fewer, all of one version. Answers how many.

    Those of `begun` may have points as well: Pulse was killed over them, and somebody else finished the job.
    """
    points = services.points()
    for job in jobs:
        outcome, found = returned(redis, job), points.get(job.url, [])
        numbers = sorted(payload["chunk_index"] for payload in found)
        if outcome.get("success") is not True or numbers != list(range(outcome["chunks_indexed"])) or not numbers:
            raise Failed(f"{job.id} returned {outcome}, Qdrant holds its chunks {numbers}")
        first = next(payload for payload in found if payload["chunk_index"] == 0)
        if not first["content_hash"] or not first["chunk_count"] == first["chunk_high"] == len(numbers):
            raise Failed(f"{job.id}: its first point says {first}, there are {len(numbers)}")
        if any(job.id not in payload["text"] for payload in found):
            raise Failed(f"{job.id}: a point holds another document's text")
    if strangers := set(points) - {job.url for job in (*jobs, *begun)}:
        raise Failed(f"points of documents that Pulse did not finish: {sorted(strangers)[:5]}")
    return sum(len(points[job.url]) for job in jobs)
