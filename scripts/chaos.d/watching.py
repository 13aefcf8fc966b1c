"""Looks at the promised jobs while they run, for what Redis says of them does not stay for ever."""

import contextlib
import threading
import time
from datetime import datetime

from redis import Redis
from redis.exceptions import RedisError

from ledger import Ledger

LOOK_SECONDS = 1.0
AT_ONCE = 500
# A job that is seen to be gone so often, and never was seen to end, is lost.
GONE_LIMIT = 3


class Watcher:
    def __init__(self, redis: Redis, ledger: Ledger) -> None:
        self.redis, self.ledger = redis, ledger
        # Jobs with when they ended, by Redis' word.
        self.finished: dict[str, float] = {}
        self.failed: dict[str, float] = {}
        self.vanished: set[str] = set()
        self._gone: dict[str, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def open_jobs(self) -> list[str]:
        jobs = [*self.ledger.promises, *self.ledger.fated]
        return [job for job in jobs if job not in self.finished and job not in self.failed and job not in self.vanished]

    def look(self) -> None:
        """Raises RedisError while Redis is away."""
        jobs = self.open_jobs()
        for start in range(0, len(jobs), AT_ONCE):
            part = jobs[start : start + AT_ONCE]
            pipeline = self.redis.pipeline(transaction=False)
            for job in part:
                pipeline.hmget(f"rq:job:{job}", "status", "ended_at")
            for job, (status, ended) in zip(part, pipeline.execute(), strict=True):
                self._note(job, status, ended)

    def _note(self, job: str, status: str | None, ended: str | None) -> None:
        match status:
            case "finished":
                self.finished[job] = moment(ended)
            case "failed" | "stopped" | "canceled":
                self.failed[job] = moment(ended)
            case None if job in self.ledger.promises:
                self._gone[job] = self._gone.get(job, 0) + 1
                if self._gone[job] >= GONE_LIMIT:
                    self.vanished.add(job)
            case _:
                self._gone.pop(job, None)

    def _run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            with contextlib.suppress(RedisError):
                self.look()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(30)


def moment(text: str | None) -> float:
    """RQ's UTC time as time.time() has it; now for what is none."""
    with contextlib.suppress(ValueError):
        if text:
            return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    return time.time()
