"""When a queue has come to rest: nothing waits, runs, or comes up soon."""

import time
from collections.abc import Iterable

from redis import Redis

# Later than this is not waited for.
SOON_SECONDS = 600
# A worker releases dependents, and repeats, a moment after it has finished a job.
QUIET_SECONDS = 1.0
PAUSE = 0.1


def restless(redis: Redis, queues: Iterable[str]) -> list[str]:
    """What still moves."""
    left = []
    for queue in queues:
        left += [f"{id} queued" for id in redis.lrange(f"rq:queue:{queue}", 0, -1)]
        left += [f"{id} in {queue}'s intermediate list" for id in redis.lrange(f"rq:queue:{queue}:intermediate", 0, -1)]
        left += [f"{id} started" for id in redis.zrange(f"rq:wip:{queue}", 0, -1)]
        left += [f"{id} ready" for id in redis.zrange(f"rq:ready:{queue}", 0, -1)]
        soon = redis.zrangebyscore(f"rq:scheduled:{queue}", "-inf", time.time() + SOON_SECONDS)
        left += [f"{id} scheduled" for id in soon]
    for inbox in redis.scan_iter("pulse:inbox:*"):
        left += [f"{id} in {inbox}" for id in redis.lrange(inbox, 0, -1)]
    return left


def settle(redis: Redis, queues: Iterable[str], seconds: float) -> list[str]:
    """Waits until nothing has moved for a while. Answers with what still moves at the deadline."""
    end, quiet_since = time.monotonic() + seconds, None
    while True:
        now, left = time.monotonic(), restless(redis, queues)
        if left:
            quiet_since = None
        elif quiet_since is None:
            quiet_since = now
        elif now - quiet_since >= QUIET_SECONDS:
            return []
        if now > end:
            return left
        time.sleep(PAUSE)
