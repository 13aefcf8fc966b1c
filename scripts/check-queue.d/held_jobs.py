"""A pulse-worker whose jobs wait for their vectors until they are let go, and python-rq beside it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import pulse
from context import Context
from peers import Peer
from pulse import PulseWorker
from slow_tei import SlowTEI
from waiting import until

SECONDS = 15


@dataclass
class Bench:
    """A worker with a door before its embedding server, and python-rq beside it."""

    peer: Peer
    worker: PulseWorker
    tei: SlowTEI

    def status(self, id: str) -> str | None:
        return self.peer.database.redis.hget(f"rq:job:{id}", "status")

    def await_status(self, id: str, *wanted: str | None) -> None:
        seen = lambda: f"it is {self.status(id)}; the worker said:\n{self.worker.said()}"  # noqa: E731
        until(f"{id} {' or '.join(map(str, wanted))}", SECONDS, lambda: self.status(id) in wanted, seen)

    def hold(self, id: str, **options: object) -> None:
        """Enqueued, claimed, and waiting for its vectors."""
        before = self.tei.held
        self.peer.command("enqueue", id=id, **options)
        self.tei.await_held(before + 1)
        self.await_status(id, "started")

    def await_let_go(self, id: str) -> None:
        """Until the worker holds it no more, whatever became of it."""
        redis, key = self.peer.database.redis, f"pulse:inflight:{self.worker.name}"
        until(f"{id} let go", SECONDS, lambda: not redis.hexists(key, id), self.worker.said)

    def fields(self, id: str) -> dict[str, str | None]:
        """Of the job's hash, but for its data, which is no text."""
        redis, key = self.peer.database.redis, f"rq:job:{id}"
        names = sorted({*redis.hkeys(key)} - {"data"})
        return dict(zip(names, redis.hmget(key, names), strict=True))

    def place(self, id: str) -> set[str]:
        """The keys, other than the job's own, that tell of it."""
        redis, told = self.peer.database.redis, set()
        for kind in ("finished", "failed", "scheduled", "deferred", "canceled"):
            if redis.zscore(f"rq:{kind}:indexing", id) is not None:
                told.add(kind)
        if any(member.partition(":")[0] == id for member in redis.zrange("rq:wip:indexing", 0, -1)):
            told.add("wip")
        if id in redis.lrange("rq:queue:indexing", 0, -1):
            told.add("queue")
        told |= {key for key in redis.keys(f"rq:*{id}*") if key != f"rq:job:{id}"}
        return told


@contextlib.contextmanager
def bench(context: Context, name: str, jobs: int = 4) -> Iterator[Bench]:
    database = context.servers.database()
    with SlowTEI(context.servers.stack.tei).serving() as tei:
        settings = {"PULSE_TEI_URL": tei.url, "PULSE_MAX_JOBS_IN_FLIGHT": str(jobs)}
        with pulse.working(context, context.folder / name, database, **settings) as worker:
            yield Bench(Peer.of(context, database), worker, tei)
            tei.release()
