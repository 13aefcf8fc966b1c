"""Redis killed while it wrote a script's transaction into its append-only file, and again some time later.

Cut within a command, the file is truncated behind the last whole one, inside the transaction, and Redis goes on writing
there (only a cut between two commands takes it back to MULTI: loadSingleAppendOnlyFile of 7.0.15). What is left of the
transaction does not count then; at the start after that it runs, ahead of the next EXEC. So each script's effects must
bear a piece of them, or all, before its repetition, or before what others did instead.
"""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field

import lua_scripts as lua
from append_only import AppendOnly
from context import Context
from redis import Redis
from redis_server import QUEUE, redis_serving
from results import Failed, must

NAME = "cut-file"
# Nothing of RQ's own takes part.
VERSIONS = ("2.6.1",)
WORKER, OTHER = "pulse-cut-1", "pulse-cut-2"
# A Python worker's execution of a job.
PYTHONS = "a:0123456789abcdef0123456789abcdef"
KEY = f"rq:queue:{QUEUE}"


@dataclass
class Story:
    """What was done before the first death, the step that is cut, and what may happen between the two."""

    before: Callable[[Redis], None]
    step: Callable[[Redis], None]
    between: dict[str, Callable[[Redis], None]]
    # Jobs that must be done at the end.
    jobs: list[str]
    # What is done after the second.
    after: dict[str, Callable[[Redis], None]] = field(default_factory=dict)
    # Those of which nobody was told that they are there, unless they were sent again.
    unsure: list[str] = field(default_factory=list)


def jobs(redis: Redis) -> None:
    lua.enqueue(redis, ["a", "b", "c"])
    lua.enqueue(redis, ["child"], status="deferred", allow_dependency_failures="0")
    # As RQ defers it: not in the queue, but among those that wait for another.
    redis.lrem(KEY, 0, "child")
    redis.zadd(f"rq:deferred:{QUEUE}", {"child": 1})
    redis.sadd("rq:job:a:dependents", "child")
    redis.sadd("rq:job::child:dependencies", "a")


def claimed(redis: Redis) -> None:
    jobs(redis)
    lua.register(redis, WORKER)
    lua.claim(redis, WORKER, 2)


def in_hand(redis: Redis, worker: str = WORKER) -> list[lua.Claimed]:
    return [(id, entry.split("|")[0]) for id, entry in redis.hgetall(f"pulse:inflight:{worker}").items()]


def end_all(redis: Redis, worker: str) -> None:
    for one in in_hand(redis, worker):
        lua.finish(redis, worker, one)


def again(redis: Redis) -> None:
    """The worker has no answer, and goes on when Redis is back."""
    lua.claim(redis, WORKER, 2)
    end_all(redis, WORKER)


def others(redis: Redis) -> None:
    """The worker is gone; another one buries it and does a job."""
    lua.bury(redis, WORKER)
    lua.register(redis, OTHER)
    lua.claim(redis, OTHER, 1)
    end_all(redis, OTHER)


def nobody(redis: Redis) -> None:
    """Only a producer comes by."""
    lua.enqueue(redis, ["late"])


def sent_again(redis: Redis) -> None:
    lua.enqueue(redis, ["b", "c", "d"], sent_before=True)


def registered(redis: Redis) -> None:
    jobs(redis)
    lua.register(redis, WORKER)


def retried(redis: Redis) -> None:
    claimed(redis)
    redis.hset("rq:job:a", "retries_left", 1)


def retried_later(redis: Redis) -> None:
    retried(redis)
    redis.hset("rq:job:a", "retry_intervals", "[5]")


def scheduled(redis: Redis) -> None:
    registered(redis)
    redis.lrem(KEY, 0, "a")
    redis.hset("rq:job:a", "status", "scheduled")
    redis.zadd(f"rq:scheduled:{QUEUE}", {"a": 1})


def python_died(redis: Redis) -> None:
    """One job it was running, one it had only taken."""
    registered(redis)
    redis.lrem(KEY, 0, "a")
    redis.hset("rq:job:a", mapping={"status": "started", "worker_name": "python"})
    redis.zadd(f"rq:wip:{QUEUE}", {PYTHONS: 1})
    redis.lmove(KEY, f"{KEY}:intermediate", "LEFT", "RIGHT")
    redis.set(f"{KEY}:intermediate:first_seen:b", 1)


def first(redis: Redis) -> lua.Claimed:
    return next(one for one in in_hand(redis) if one[0] == "a")


BETWEEN = {"again": again, "others": others, "nobody": nobody}
JOBS = ["a", "b", "c", "child"]
STORIES = {
    "enqueue": Story(
        before=lambda redis: lua.enqueue(redis, ["a"]),
        step=lambda redis: lua.enqueue(redis, ["b", "c", "d"]),
        between={
            "again": sent_again,
            "nobody": nobody,
            "again, later": nobody,
        },
        after={"again, later": sent_again},
        jobs=["a"],
        unsure=["b", "c", "d"],
    ),
    "claim": Story(registered, lambda redis: lua.claim(redis, WORKER, 2), BETWEEN, JOBS),
    "finish": Story(claimed, lambda redis: lua.finish(redis, WORKER, first(redis)), BETWEEN, JOBS),
    "retry": Story(retried, lambda redis: lua.finish(redis, WORKER, first(redis), "failure"), BETWEEN, JOBS),
    "retry-later": Story(
        retried_later, lambda redis: lua.finish(redis, WORKER, first(redis), "failure"), BETWEEN, JOBS
    ),
    "give-back": Story(claimed, lambda redis: lua.run(redis, "give_back", WORKER, *first(redis)), BETWEEN, JOBS),
    "reclaim": Story(claimed, lambda redis: lua.bury(redis, WORKER), BETWEEN, JOBS),
    "promote": Story(scheduled, lambda redis: lua.run(redis, "promote", WORKER, QUEUE), BETWEEN, JOBS),
    "housekeep": Story(python_died, lambda redis: lua.run(redis, "housekeep", WORKER, QUEUE, 60), BETWEEN, JOBS),
    "abandon": Story(python_died, lambda redis: lua.abandon(redis, WORKER, PYTHONS, "a"), BETWEEN, JOBS),
}
VARIANTS = tuple(STORIES)


def check(context: Context) -> str:
    story, complaints, counted = STORIES[context.variant], [], 0
    with redis_serving(context.folder / "redis", fsync="always") as server:
        redis, file = server.client, AppendOnly(server)
        positions = file.record(lambda: story.before(redis), lambda: story.step(redis))
        for name, between in story.between.items():
            for position in positions:
                file.cut(position)
                between(redis)
                file.restart()
                story.after.get(name, lambda _: None)(redis)
                wrong = judge(redis, story, name)
                counted += 1
                complaints += [f"cut {position - positions[0] + 1} bytes in, then {name}: {what}" for what in wrong]
        server.send(signal.SIGKILL)
    if complaints:
        raise Failed("\n".join([f"{len(complaints)} complaints of {counted} cuts", *complaints[:40]]))
    must(len(positions) > 20, f"only {len(positions)} cuts")
    ways = f"{len(positions)} cuts in a transaction, {len(story.between)} ways on from each"
    return f"{ways}: no job lost, none run for ever"


def judge(redis: Redis, story: Story, between: str) -> list[str]:
    wrong = []
    wanted = story.jobs + ([] if between in ("again", "others") else ["late"])
    if between.startswith("again"):
        wanted = wanted + story.unsure
    if story.unsure:
        queue = redis.lrange(KEY, 0, -1)
        wrong += [f"{id} stands in the queue {queue.count(id)} times" for id in set(queue) if queue.count(id) > 1]
        wrong += [
            f"{id} stands in the queue, and there is no such job" for id in queue if not redis.exists(f"rq:job:{id}")
        ]
    for id in [*wanted, *story.unsure]:
        if redis.ttl(f"rq:job:{id}") >= 0 and redis.hget(f"rq:job:{id}", "status") != "finished":
            wrong.append(f"{id} will be forgotten though it is {redis.hget(f'rq:job:{id}', 'status')}")
    drain(redis)
    for id in wanted:
        if (status := redis.hget(f"rq:job:{id}", "status")) != "finished":
            wrong.append(f"{id} is {status}")
    left = [
        key
        for pattern in ("rq:wip:*", KEY, f"{KEY}:intermediate", "pulse:inflight:*", "pulse:inbox:*")
        for key in redis.keys(pattern)
    ]
    return wrong + [f"left over: {key}" for key in left]


def drain(redis: Redis) -> None:
    """All workers are gone, and the time of what they left is up; then one does what there is."""
    for worker in sorted(redis.smembers("pulse:workers")):
        lua.bury(redis, worker)
    for key in (f"rq:wip:{QUEUE}", f"rq:scheduled:{QUEUE}"):
        if members := redis.zrange(key, 0, -1):
            redis.zadd(key, dict.fromkeys(members, 1))
    for id in redis.lrange(f"{KEY}:intermediate", 0, -1):
        redis.set(f"{KEY}:intermediate:first_seen:{id}", 1)
    lua.register(redis, "pulse-cut-last")
    lua.run(redis, "promote", "pulse-cut-last", QUEUE)
    lua.housekeep(redis, "pulse-cut-last")
    for _ in range(20):
        lua.claim(redis, "pulse-cut-last", 10)
        if not in_hand(redis, "pulse-cut-last"):
            return
        end_all(redis, "pulse-cut-last")
