"""What is done before, between and after two deaths of Redis, for each script that cut_file.py cuts."""

from collections.abc import Callable
from dataclasses import dataclass, field

from redis import Redis

import lua_scripts as lua
from redis_server import QUEUE

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


def limited(redis: Redis) -> None:
    """One runs, and another waits for its slot."""
    registered(redis)
    redis.lrem(KEY, 0, "b")
    for id, status in (("a", "queued"), ("b", "rate_limited")):
        redis.hset(f"rq:job:{id}", mapping={"rate_limit_key": "k", "rate_limit_concurrency": 1, "status": status})
    redis.sadd("rq:rl-keys", "k")
    redis.hset("rq:rl:k", "concurrency", 1)
    redis.zadd("rq:rl:k:allowed", {"a": 1})
    redis.zadd("rq:rl:k:rate_limited", {"b": 1})
    lua.claim(redis, WORKER, 1)


def two_emptied(redis: Redis) -> None:
    """An operator empties the queue, and is stopped after two."""
    lua.run(redis, "empty", WORKER, QUEUE, 2)


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
    "slot": Story(limited, lambda redis: lua.finish(redis, WORKER, first(redis)), BETWEEN, JOBS),
    "empty": Story(
        before=lambda redis: lua.enqueue(redis, ["a", "b", "c"]),
        step=two_emptied,
        between={"again": two_emptied, "others": others, "nobody": nobody},
        jobs=["c"],
    ),
    "give-back": Story(claimed, lambda redis: lua.run(redis, "give_back", WORKER, *first(redis)), BETWEEN, JOBS),
    "reclaim": Story(claimed, lambda redis: lua.bury(redis, WORKER), BETWEEN, JOBS),
    "promote": Story(scheduled, lambda redis: lua.run(redis, "promote", WORKER, QUEUE), BETWEEN, JOBS),
    "housekeep": Story(python_died, lambda redis: lua.run(redis, "housekeep", WORKER, QUEUE, 60), BETWEEN, JOBS),
    "abandon": Story(python_died, lambda redis: lua.abandon(redis, WORKER, PYTHONS, "a"), BETWEEN, JOBS),
}
