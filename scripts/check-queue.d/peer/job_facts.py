"""All that python-rq shows of one job."""

import time
from datetime import UTC, datetime
from typing import Any

from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.results import Result

from keys import lifetime, plain
from wire import Peer

MOMENTS = ("created_at", "enqueued_at", "started_at", "ended_at", "last_heartbeat")
QUESTIONS = (
    "is_finished",
    "is_queued",
    "is_failed",
    "is_started",
    "is_deferred",
    "is_canceled",
    "is_scheduled",
    "is_stopped",
)
# What differs between any two runs; only whether it is there can be compared.
VOLATILE = {*MOMENTS, "worker_name", "data", "meta", "pulse_seq"}


def seconds(moment: datetime | None) -> float | None:
    """RQ's moments are UTC, and say so in later versions only."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def result(one: Result, fields: list[str]) -> dict[str, Any]:
    return {
        "type": one.type.name,
        "fields": dict.fromkeys(fields, True),
        "worker_name": getattr(one, "worker_name", None),
        "return_value": one.return_value,
        "exc_string": one.exc_string,
    }


def call(job: Job) -> Any:
    """The function call, as far as two of them can be compared."""
    return [job.func_name, list(job.args), job.kwargs]


def job_facts(peer: Peer, id: str) -> dict[str, Any] | None:
    try:
        job = Job.fetch(id, connection=peer.redis, serializer=peer.serializer)
    except NoSuchJobError:
        return None
    entries = peer.redis.xrevrange(f"rq:results:{id}")
    results = Result.all(job, serializer=job.serializer)
    latest = job.latest_result()
    moments = {name: seconds(getattr(job, name)) for name in MOMENTS}
    ended = moments["ended_at"] or time.time()
    in_turn = [moments[name] for name in MOMENTS[:4] if moments[name] is not None]
    # Legacy hash fields that a version still writes show themselves here.
    raw = {plain(name): plain(value) for name, value in peer.redis.hgetall(job.key).items()}
    return {
        "status": str(job.get_status().value if hasattr(job.get_status(), "value") else job.get_status()),
        "return_value": job.return_value(),
        "result": job.result,
        "exc_info": job.exc_info,
        "latest": None if latest is None else latest.type.name,
        "questions": {name: getattr(job, name) for name in QUESTIONS},
        "call": call(job),
        "payload": job.data.hex(),
        "meta": job.meta,
        "worker_name": job.worker_name,
        "origin": job.origin,
        "description": job.description,
        "position": job.get_position(),
        "retries_left": job.retries_left,
        "moments": {name: value is not None for name, value in moments.items()},
        "in_order": in_turn == sorted(in_turn),
        "started": moments["started_at"],
        "hash": {name: bool(value) if name in VOLATILE else value for name, value in raw.items()},
        "lifetime": {
            "job": lifetime(peer.redis, job.key, ended),
            "results": lifetime(peer.redis, f"rq:results:{id}", ended),
            "dependents": lifetime(peer.redis, job.dependents_key, ended),
            "dependencies": lifetime(peer.redis, job.dependencies_key, ended),
        },
        "dependents": sorted(plain(member) for member in peer.redis.smembers(job.dependents_key)),
        "dependencies": sorted(plain(member) for member in peer.redis.smembers(job.dependencies_key)),
        "results": [
            result(one, sorted(plain(name) for name in fields))
            for one, (_, fields) in zip(results, entries, strict=True)
        ],
    }
