"""stop-job and kill-horse, beside a Python worker that forks: afterwards python-rq reads the same of both."""

from typing import Any

import comparison
import interop
import pulse
from comparison import Difference
from context import Context
from differences import DIFFERENCES
from peers import Peer
from results import Failed
from slow_tei import SlowTEI
from waiting import until

SECONDS = 20
# In turn: the job, its retries, the command, and how often it has to be given.
STEPS = [
    ("hold-stopped", 0, "stop-job", 1),
    ("hold-stopped-despite-retries", 1, "stop-job", 1),
    ("hold-killed", 0, "kill-horse", 1),
    ("hold-killed-twice", 1, "kill-horse", 2),
]
HORSE = "a Python worker tells of its dead work-horse, Pulse of the command: it has no horse"
STALE = "the parent of a killed work-horse writes the job back as it was before it ran"


def only_pulse(python: Any, pulse: Any) -> bool:
    return not python and bool(pulse)


def ended_before(python: object, pulse: object) -> bool:
    return isinstance(python, float) and isinstance(pulse, float) and 0 < pulse - python < SECONDS * len(STEPS)


TABLE = [
    Difference("jobs/hold-*/worker_name", STALE, only_pulse),
    Difference("jobs/hold-*/hash/worker_name", STALE, only_pulse),
    Difference("jobs/hold-*/hash/ended_at", STALE, only_pulse),
    Difference("jobs/hold-*/hash/last_heartbeat", STALE, only_pulse),
    Difference("jobs/hold-*/moments/ended_at", STALE, only_pulse),
    Difference("jobs/hold-*/moments/last_heartbeat", STALE, only_pulse),
    Difference("jobs/hold-*/in_order", STALE, only_pulse),
    # Without its end there is only now to count from, and the steps after it take as long as the machine makes them.
    Difference("jobs/hold-*/lifetime/job", STALE, ended_before, sometimes=True),
    Difference("jobs/hold-killed*/exc_info", HORSE, lambda python, pulse: "Work-horse terminated" in python and pulse),
    Difference(
        "jobs/hold-killed*/results/0/exc_string",
        HORSE,
        lambda python, pulse: "Work-horse terminated" in python and pulse,
    ),
    Difference(
        "jobs/hold-stopped*/results/0/fields/execution_ended_at",
        STALE,
        lambda python, pulse: python == comparison.ABSENT,
        lambda release: release >= (2, 8),
    ),
    *DIFFERENCES,
]


def stops_compared(context: Context) -> None:
    by_pulse, by_python = (Peer.of(context, context.servers.database()) for _ in range(2))
    ids = [id for id, *_ in STEPS]
    with SlowTEI(context.servers.stack.tei).serving() as tei:
        settings = {"PULSE_TEI_URL": tei.url, "PULSE_MAX_JOBS_IN_FLIGHT": "1"}
        with pulse.working(context, context.folder / "compared", by_pulse.database, **settings) as worker:
            step_through(by_pulse, worker.name)
            seen_of_pulse = interop.facts(by_pulse, ids, worker.name)
    with by_python.working(context.folder / "compared-python", {}, "indexing", kind="Worker") as name:
        step_through(by_python, name)
        seen_of_python = interop.facts(by_python, ids, name)
    for seen in (seen_of_pulse, seen_of_python):
        for job in seen["jobs"].values():
            job.pop("started")
    judgement = comparison.judge(seen_of_python, seen_of_pulse, TABLE, context.release)
    if judgement.unlisted:
        raise Failed("\n".join(["", *comparison.grouped(judgement.unlisted)]))


def step_through(peer: Peer, worker: str) -> None:
    redis = peer.database.redis
    for id, retries, command, times in STEPS:
        peer.command("enqueue", id=id, retries=retries)
        for time in range(times):
            left = str(retries - time) if retries else None

            def runs(id: str = id, left: str | None = left) -> bool:
                return redis.hmget(f"rq:job:{id}", "status", "retries_left") == ["started", left]

            until(f"{id} runs", SECONDS, runs, lambda id=id: f"it is {redis.hget(f'rq:job:{id}', 'status')}")
            peer.command(command, **({"id": id} if command == "stop-job" else {"worker": worker}))
            # One that is retried runs again at once, with fewer left.
            until(f"{id} runs no more", SECONDS, lambda runs=runs: not runs())
    idle = lambda: redis.hget(f"rq:worker:{worker}", "state") == "idle"  # noqa: E731
    until("the worker is idle", SECONDS, idle)
