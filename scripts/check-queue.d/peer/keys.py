"""The bare keys of a database, whatever python-rq makes of them."""

import time
from typing import Any

from redis import Redis


def catalogue(redis: Redis) -> dict[str, Any]:
    """Each key's type, whether it expires, and a hash's field names; those of jobs are told with the jobs."""
    told = {}
    for key in sorted(redis.keys("*")):
        kind = redis.type(key).decode()
        facts: dict[str, Any] = {"type": kind, "expires": redis.ttl(key) >= 0}
        if kind == "hash" and not key.startswith(b"rq:job:"):
            facts["fields"] = {name.decode(): True for name in sorted(redis.hkeys(key))}
        elif kind == "set":
            facts["size"] = redis.scard(key)
        told[key.decode()] = facts
    return told


def plain(value: Any) -> Any:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value


def lifetime(redis: Redis, key: str, since: float) -> float | str:
    """How long after `since` the key ends."""
    left = redis.pttl(key)
    if left == -2:
        return "no key"
    return "for ever" if left == -1 else round(left / 1000 + time.time() - since, 1)
