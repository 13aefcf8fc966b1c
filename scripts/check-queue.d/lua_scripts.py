"""Pulse's own scripts in Redis, called with what its workers call them with."""

from collections.abc import Iterable
from typing import Any

from redis import Redis

from redis_server import QUEUE
from stack import ROOT

FOLDER = ROOT / "Sources/JobQueue/Scripts"
PREFIXES = ("rq", "pulse")
# Before all scripts but enqueue.lua stands common.lua; before these also what enqueues jobs, and what ends them.
ENQUEUEING = ("promote", "housekeep")
ENDING = ("finish", "reclaim", "abandon", "empty")
Claimed = tuple[str, str]


def source(name: str) -> str:
    parts = ["common"]
    if name in ENQUEUEING + ENDING:
        parts.append("enqueueing")
    if name in ENDING:
        parts.append("outcome")
    if name == "empty":
        parts.append("registry")
    return "".join((FOLDER / f"{part}.lua").read_text() for part in [*parts, name])


def run(redis: Redis, name: str, worker: str, *arguments: object) -> Any:
    return redis.eval(source(name), 0, *PREFIXES, worker, *map(str, arguments))


def enqueue(redis: Redis, ids: Iterable[str], sent_before: bool = False, **more: object) -> None:
    arguments: list[object] = ["rq", QUEUE]
    for id in ids:
        fields = {"created_at": "2026-01-01T00:00:00Z", "enqueued_at": "2026-01-01T00:00:00Z", "data": "x" * 40}
        fields |= {"origin": QUEUE, "timeout": 600, "status": "queued", "description": id} | more
        flat = [part for pair in fields.items() for part in pair]
        arguments += [id, len(flat), *flat]
    head = (FOLDER / "enqueue_again.lua").read_text() if sent_before else "local again\n"
    redis.eval(head + (FOLDER / "enqueue.lua").read_text(), 0, *arguments)


def register(redis: Redis, worker: str) -> None:
    run(redis, "register", worker, "host", "boot", 1, 1, 1, "check", "Swift (check)", "here", QUEUE)


def claim(redis: Redis, worker: str, most: int) -> list[Claimed]:
    """Jobs with their executions."""
    return [(job[0], job[1]) for job in run(redis, "claim", worker, most, 1 << 20, QUEUE)[1:]]


def finish(redis: Redis, worker: str, claimed: Claimed, outcome: str = "success") -> str:
    return run(redis, "finish", worker, *claimed, outcome, "cmVzdWx0", 1.0, 1)[0]


def bury(redis: Redis, worker: str) -> None:
    run(redis, "reclaim", worker, 0, 1, 3, "killed", QUEUE)


def housekeep(redis: Redis, worker: str) -> None:
    redis.delete(f"pulse:housekept:{QUEUE}")
    expired = run(redis, "housekeep", worker, QUEUE, 60)[2:]
    if expired:
        for at in range(0, len(expired), 4):
            abandon(redis, worker, *expired[at : at + 2])


def abandon(redis: Redis, worker: str, member: str, id: str) -> None:
    """Of a function that is Pulse's."""
    run(redis, "abandon", worker, QUEUE, member, id, 1, "dGV4dA==")
