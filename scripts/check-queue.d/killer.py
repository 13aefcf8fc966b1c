"""Ends workers at random, as machines, kernels and people do."""

import random
import time

from redis.exceptions import RedisError

from pulse_workers import Fleet
from redis_server import RedisServer

KILL_SECONDS, CRASH_LIMIT = 1.0, 3


class Killer:
    """Kills one worker each second, by turns whichever and one that has jobs in hand, and starts its successor."""

    def __init__(self, redis: RedisServer, workers: Fleet, slots: list[str]) -> None:
        self.redis, self.workers, self.slots = redis, workers, slots
        self.kills = self.hits = self.spared = 0
        self.due = time.monotonic() + KILL_SECONDS

    def turn(self) -> None:
        if time.monotonic() < self.due:
            return
        self.due += KILL_SECONDS
        slots = random.sample(self.slots, len(self.slots))
        if self.kills % 2:
            slots.sort(key=lambda slot: not self.held(slot))
        # A third crash fails a job by design: these deaths are to be survived by every job, so it is not dealt.
        victim = next((slot for slot in slots if max(self.held(slot), default=0) < CRASH_LIMIT - 1), None)
        if victim is None:
            self.spared += 1
            return
        self.spared += victim != slots[0]
        self.hits += bool(self.held(victim))
        self.workers.live[victim].kill()
        self.kills += 1
        self.workers.start(victim)

    def held(self, slot: str) -> list[int]:
        """How often each job that it has in hand has crashed."""
        name = self.workers.live[slot].name
        try:
            ids = self.redis.client.hkeys(f"pulse:inflight:{name}") if name else []
            return [int(self.redis.client.hget(f"rq:job:{id}", "pulse_crashes") or 0) for id in ids]
        except RedisError:
            return []
