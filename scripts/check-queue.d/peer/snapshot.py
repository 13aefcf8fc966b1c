"""All that python-rq shows of a database's jobs, registries, queues and workers."""

import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from keys import catalogue, lifetime
from rq import Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.registry import (
    CanceledJobRegistry,
    DeferredJobRegistry,
    FailedJobRegistry,
    FinishedJobRegistry,
    ScheduledJobRegistry,
    StartedJobRegistry,
)
from rq.results import Result
from wire import Peer, answer, asked

REGISTRIES = {
    "finished": FinishedJobRegistry,
    "failed": FailedJobRegistry,
    "started": StartedJobRegistry,
    "scheduled": ScheduledJobRegistry,
    "deferred": DeferredJobRegistry,
    "canceled": CanceledJobRegistry,
}
MOMENTS = ("created_at", "enqueued_at", "started_at", "ended_at", "last_heartbeat")
QUESTIONS = ("is_finished", "is_queued", "is_failed", "is_started", "is_deferred", "is_canceled", "is_scheduled", "is_stopped")
# What differs between any two runs; only whether it is there can be compared.
VOLATILE = {*MOMENTS, "worker_name", "data", "meta", "pulse_seq"}


def seconds(moment: datetime | None) -> float | None:
    """RQ's moments are UTC, and say so in later versions only."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def plain(value: Any) -> Any:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value


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
            result(one, sorted(plain(name) for name in fields)) for one, (_, fields) in zip(results, entries, strict=True)
        ],
    }


def registry_facts(peer: Peer, kind: str, queue: str, ended: dict[str, float]) -> dict[str, Any]:
    """Ids with the distance between their score and the job's end, or now."""
    registry = REGISTRIES[kind](queue, connection=peer.redis, serializer=peer.serializer)
    scored = peer.redis.zrange(registry.key, 0, -1, withscores=True)
    told = {}
    for member, score in scored:
        id = plain(member)
        known = ended.get(id.partition(":")[0], time.time())
        told[id] = str(score) if score in (float("inf"), -1) else round(score - known, 1)
    return told


def worker_facts(peer: Peer) -> list[dict[str, Any]]:
    told = []
    for worker in Worker.all(connection=peer.redis):
        key = f"rq:worker:{worker.name}"
        told.append(
            {
                "name": worker.name,
                "expires": peer.redis.ttl(key) > 0,
                "state": str(worker.get_state()),
                "queues": worker.queue_names(),
                "successful": worker.successful_job_count,
                "failed": worker.failed_job_count,
                "worked": worker.total_working_time > 0,
                "current_job": worker.get_current_job_id(),
                "born": worker.birth_date is not None,
                "heard": worker.last_heartbeat is not None,
                "pid": worker.pid,
                "hostname": worker.hostname,
                "ip_address": worker.ip_address,
                "version": worker.version,
            }
        )
    return told


def info(peer: Peer, *options: str) -> list[str]:
    program = Path(sys.executable).with_name("rq")
    command = [str(program), "info", "--url", peer.request["url"], *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return sorted((done.stdout if done.returncode == 0 else done.stderr).splitlines())


def main() -> None:
    peer = asked()
    ids, queues = peer.request["ids"], peer.request["queues"]
    # First: reading jobs changes nothing, counting registries cleans them.
    raw = catalogue(peer.redis)
    jobs = {id: job_facts(peer, id) for id in ids}
    # From the hash, since a registry's score is a distance to the job's own end.
    ended: dict[str, float] = {}
    for id in ids:
        texts = peer.redis.hmget(f"rq:job:{id}", "ended_at", "enqueued_at", "created_at")
        text = next((plain(text) for text in texts if text), None)
        if text:
            ended[id] = datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    answer(
        {
            "jobs": jobs,
            "registries": {
                queue: {kind: registry_facts(peer, kind, queue, ended) for kind in REGISTRIES} for queue in queues
            },
            "queues": {queue: peer.queue(queue).job_ids for queue in queues},
            "known_queues": sorted(plain(key) for key in peer.redis.smembers("rq:queues")),
            "groups": sorted(plain(id) for id in peer.redis.smembers("rq:group:crawl")),
            "workers": worker_facts(peer),
            "info": info(peer),
            "info_raw": info(peer, "--raw"),
            "info_by_queue": info(peer, "--by-queue"),
            "keys": raw,
        }
    )


if __name__ == "__main__":
    main()
