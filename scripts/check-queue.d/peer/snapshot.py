"""All that python-rq shows of a database's jobs, registries, queues and workers."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from rq import Worker
from rq.registry import (
    CanceledJobRegistry,
    DeferredJobRegistry,
    FailedJobRegistry,
    FinishedJobRegistry,
    ScheduledJobRegistry,
    StartedJobRegistry,
)

from job_facts import job_facts
from keys import catalogue, plain
from wire import Peer, answer, asked

REGISTRIES = {
    "finished": FinishedJobRegistry,
    "failed": FailedJobRegistry,
    "started": StartedJobRegistry,
    "scheduled": ScheduledJobRegistry,
    "deferred": DeferredJobRegistry,
    "canceled": CanceledJobRegistry,
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
