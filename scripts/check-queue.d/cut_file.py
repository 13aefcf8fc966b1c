"""Redis killed while it wrote a script's transaction into its append-only file, and again some time later.

Cut within a command, the file is truncated behind the last whole one, inside the transaction, and Redis goes on writing
there (only a cut between two commands takes it back to MULTI: loadSingleAppendOnlyFile of 7.0.15). What is left of the
transaction does not count then; at the start after that it runs, ahead of the next EXEC. So each script's effects must
bear a piece of them, or all, before its repetition, or before what others did instead.
"""

import signal

from redis import Redis

import lua_scripts as lua
from append_only import AppendOnly
from context import Context
from cut_stories import KEY, STORIES, Story, end_all, in_hand
from redis_server import QUEUE, redis_serving
from results import Failed, must

NAME = "cut-file"
# Nothing of RQ's own takes part.
VERSIONS = ("2.6.1",)
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
