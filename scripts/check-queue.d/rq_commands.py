"""What python-rq's users ask of a running worker: stop this job, kill what runs, pause, leave, forget a job."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pulse
from context import Context
from peers import Peer
from pulse import PulseWorker
from slow_tei import SlowTEI
from stopping_compared import stops_compared
from verdicts import Broken, must
from waiting import until

NAME = "rq-commands"
SECONDS = 15
# A worker claims once a second even when nothing wakes it.
CLAIM_ROUNDS = 2.5


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


def check(context: Context) -> str:
    steps = [cancelled, deleted, requeued, stopped, killed, suspended, shut_down, stops_compared]
    if context.release >= (3, 0):
        steps.append(execution_stopped)
    complaints = []
    for step in steps:
        try:
            step(context)
        except (Broken, TimeoutError) as error:
            complaints.append(f"{step.__name__}: {error}")
    if complaints:
        raise Broken("\n".join([f"{len(complaints)} of {len(steps)} broken", *complaints]))
    return f"{len(steps)} of {len(steps)}: {', '.join(step.__name__ for step in steps)}"


def cancelled(context: Context) -> None:
    """It stays cancelled, whatever its work comes to."""
    with bench(context, "cancelled") as here:
        here.hold("hold-a")
        here.peer.command("cancel", id="hold-a")
        then = here.fields("hold-a")
        here.tei.release()
        here.await_let_go("hold-a")
        now = here.fields("hold-a")
        must(here.status("hold-a") == "canceled", f"it is {here.status('hold-a')}")
        must(here.place("hold-a") == {"canceled"}, f"it is told of in {sorted(here.place('hold-a'))}")
        changed = {name for name in then | now if then.get(name) != now.get(name)} - {"last_heartbeat"}
        must(not changed, f"written after it was cancelled: { {name: (then.get(name), now.get(name)) for name in changed} }")


def deleted(context: Context) -> None:
    with bench(context, "deleted") as here:
        here.hold("hold-a")
        here.peer.command("delete", id="hold-a")
        here.tei.release()
        here.await_let_go("hold-a")
        must(here.status("hold-a") is None, f"it is {here.status('hold-a')}")
        left = here.place("hold-a")
        must(not left, f"left of a deleted job: {sorted(left)}")
        must(not here.peer.database.redis.exists("rq:job:hold-a"), "its hash is back")


def requeued(context: Context) -> None:
    """A failed job that somebody puts back is run anew, and its former result stays."""
    with bench(context, "requeued") as here:
        here.peer.command("enqueue", id="bad", fails=True)
        here.await_status("bad", "failed")
        here.peer.command("requeue", id="bad")
        redis = here.peer.database.redis
        until("its second failure", SECONDS, lambda: redis.xlen("rq:results:bad") == 2 and here.status("bad") == "failed")
        must(here.place("bad") == {"failed", "rq:results:bad"}, f"it is told of in {sorted(here.place('bad'))}")


def stopped(context: Context) -> None:
    """The others in hand go on, and a stopped job can be put back."""
    with bench(context, "stopped") as here:
        here.hold("hold-a")
        here.hold("hold-b")
        here.peer.command("stop-job", id="hold-a")
        here.await_status("hold-a", "stopped")
        must(here.place("hold-a") == {"failed", "rq:results:hold-a"}, f"it is told of in {sorted(here.place('hold-a'))}")
        must(here.status("hold-b") == "started", f"its neighbour is {here.status('hold-b')}")
        here.peer.command("requeue", id="hold-a")
        here.tei.await_held(3)  # the stopped one's request waits too: nobody tells a server that its client has left
        here.tei.release()
        for id in ("hold-a", "hold-b"):
            here.await_status(id, "finished")


def execution_stopped(context: Context) -> None:
    """RQ 3's own command."""
    with bench(context, "execution-stopped") as here:
        here.hold("hold-a")
        here.peer.command("stop-execution", id="hold-a")
        here.await_status("hold-a", "stopped")


def killed(context: Context) -> None:
    """All that runs fails; the worker lives on."""
    with bench(context, "killed") as here:
        here.hold("hold-a")
        here.hold("hold-b")
        here.peer.command("kill-horse", worker=here.worker.name)
        for id in ("hold-a", "hold-b"):
            here.await_status(id, "failed")
            must(here.place(id) == {"failed", f"rq:results:{id}"}, f"{id} is told of in {sorted(here.place(id))}")
        here.peer.command("enqueue", id="next")
        here.await_status("next", "finished")


def suspended(context: Context) -> None:
    """What runs goes on, nothing new begins, until `rq resume`."""
    with bench(context, "suspended") as here:
        here.hold("hold-a")
        here.peer.rq("suspend")
        here.tei.release()
        here.await_status("hold-a", "finished")
        here.peer.command("enqueue", id="next")
        key = f"rq:worker:{here.worker.name}"
        until("the worker is suspended", SECONDS, lambda: here.peer.database.redis.hget(key, "state") == "suspended")
        time.sleep(CLAIM_ROUNDS)
        must(here.place("next") == {"queue"}, f"told of in {sorted(here.place('next'))} while the queue is suspended")
        here.peer.rq("resume")
        here.await_status("next", "finished")


def shut_down(context: Context) -> None:
    """What runs is finished, nothing new begins, and the worker leaves with 0."""
    with bench(context, "shut-down") as here:
        here.hold("hold-a")
        here.peer.command("shutdown", worker=here.worker.name)
        key = f"rq:worker:{here.worker.name}"
        redis = here.peer.database.redis
        until("it notes the request", SECONDS, lambda: redis.hexists(key, "shutdown_requested_date"), here.worker.said)
        here.peer.command("enqueue", id="next")
        here.tei.release()
        status = here.worker.left(SECONDS)
        must(status == 0, f"pulse-worker left with {status}:\n{here.worker.said()}")
        must(here.status("hold-a") == "finished", f"the job in hand is {here.status('hold-a')}")
        must(here.place("next") == {"queue"}, f"the job behind it is told of in {sorted(here.place('next'))}")
        must(not redis.smembers("rq:workers"), "it is still registered")
