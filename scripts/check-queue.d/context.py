"""What a check is given: programs, a version of python-rq, servers, and room of its own."""

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from stack import Stack

# As many as Redis has when nobody says otherwise.
DATABASES = 16


@dataclass
class Database:
    """One of the server's databases, emptied before it is handed out."""

    url: str
    redis: Redis


class Servers:
    """The stack that all checks share, started by the first one that asks."""

    def __init__(self, start: Callable[[], Stack], exits: contextlib.ExitStack) -> None:
        self._start, self._exits = start, exits
        self._stack: Stack | None = None
        self._numbers = itertools.cycle(range(1, DATABASES))
        self._collections = itertools.count(1)

    @property
    def stack(self) -> Stack:
        if self._stack is None:
            self._stack = self._start()
        return self._stack

    def database(self) -> Database:
        server, _, _ = self.stack.settings["PULSE_REDIS_URL"].rpartition("/")
        url = f"{server}/{next(self._numbers)}"
        redis = self._exits.enter_context(contextlib.closing(Redis.from_url(url, decode_responses=True)))
        redis.flushdb()
        return Database(url, redis)

    def settings(self, database: Database) -> dict[str, str]:
        """For a worker on that database: a collection of its own, lest it find its documents indexed already."""
        collection = f"check_queue_{next(self._collections)}"
        return self.stack.settings | {"PULSE_REDIS_URL": database.url, "PULSE_QDRANT_COLLECTION": collection}


@dataclass
class Context:
    programs: Path
    # Exists and is empty.
    folder: Path
    # Of python-rq, and its interpreter.
    version: str
    python: Path
    # What the check does several times: one of its VARIANTS.
    variant: str
    servers: Servers

    @property
    def release(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))
