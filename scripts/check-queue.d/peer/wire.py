"""How a check talks with python-rq of another version: a JSON value in by stdin, one out by stdout, a process each."""

import json
import sys
import warnings
from dataclasses import dataclass
from typing import Any

from redis import Redis
from rq import Queue
from rq.version import VERSION

# What the product's code does is deprecated in places, and is what is to be compared.
warnings.simplefilter("ignore", DeprecationWarning)
RELEASE = tuple(int(part) for part in VERSION.split("."))


@dataclass
class Peer:
    redis: Redis
    # As RQ's constructors take it: None is the default one, pickle.
    serializer: str | None
    request: dict[str, Any]

    def queue(self, name: str) -> Queue:
        return Queue(name, connection=self.redis, serializer=self.serializer)


def asked() -> Peer:
    request = json.load(sys.stdin)
    serializer = "rq.serializers.JSONSerializer" if request["serializer"] == "json" else None
    return Peer(Redis.from_url(request["url"]), serializer, request)


def answer(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False)
