"""PULSE_UNKNOWN_JOBS=route:QUEUE: what Pulse cannot do is run by a Python worker, as if it had been enqueued there."""

import comparison
import interop
import pulse
from comparison import Difference
from context import Context
from peers import Peer
from results import Failed, must
from settling import settle

NAME = "routed"
VARIANTS = ("default", "json")
# Whose worker is Pulse's, and whose is Python's.
OURS, THEIRS = "indexing", "python"
IDS = ["plain", "foreign", "foreign-retried"]
SUCCESS = {"success": True}

DIFFERENCES = [
    Difference("jobs/*/hash/pulse_*", "Pulse's own fields", lambda python, pulse: python == comparison.ABSENT),
]


def check(context: Context) -> str:
    peer, direct = (Peer.of(context, context.servers.database(), context.variant) for _ in range(2))
    enqueue(peer, OURS)
    enqueue(direct, THEIRS)
    with pulse.working(context, context.folder / "pulse", peer.database, PULSE_UNKNOWN_JOBS=f"route:{THEIRS}"):
        left = settle(peer.database.redis, [OURS], 20)
        must(not left, f"still moves in Pulse's queue: {left}")
        redis = peer.database.redis
        # Those that a worker has in hand at once are moved in any order.
        moved = sorted(redis.lrange(f"rq:queue:{THEIRS}", 0, -1))
        must(moved == sorted(IDS[1:]), f"the queue {THEIRS} holds {moved}, not {IDS[1:]}")
        must(f"rq:queue:{THEIRS}" in redis.smembers("rq:queues"), f"rq:queues does not know the queue {THEIRS}")
    of_pulse, of_python = run(context, peer), run(context, direct)
    status = of_pulse["plain"]["status"]
    must(status == "finished", f"the job that Pulse knows is {status}: {of_pulse['plain']['exc_info']}")
    foreign = [{"jobs": {id: seen[id] for id in IDS[1:]}} for seen in (of_python, of_pulse)]
    judgement = comparison.judge(*foreign, DIFFERENCES, context.release)
    if judgement.unlisted:
        raise Failed(
            "\n".join(["a routed job looks other than one enqueued there", *comparison.grouped(judgement.unlisted)])
        )
    return f"{len(IDS) - 1} jobs moved and run by a Python worker: {judgement.compared} values compared"


def enqueue(peer: Peer, queue: str) -> None:
    peer.command("enqueue", id="plain", queue=OURS)
    peer.command("enqueue", id="foreign", function="worker.rescrape", queue=queue)
    peer.command("enqueue", id="foreign-retried", function="worker.rescrape", retries=1, queue=queue)


def run(context: Context, peer: Peer) -> dict:
    lessons = {"foreign": [["return", SUCCESS]], "foreign-retried": [["raise", "once"], ["return", SUCCESS]]}
    with peer.working(context.folder / "python", lessons, THEIRS) as name:
        left = settle(peer.database.redis, [THEIRS], 20)
        must(not left, f"a Python worker did not run what was routed: {left}")
        jobs = interop.facts(peer, IDS, name)["jobs"]
    for job in jobs.values():
        job.pop("started")
    return jobs
