"""What python-rq's users ask of a running worker: stop this job, kill what runs, pause, leave, forget a job."""

import time

from context import Context
from held_jobs import SECONDS, bench
from results import Failed, must
from stopping_compared import stops_compared
from waiting import until

NAME = "rq-commands"
# A worker claims once a second even when nothing wakes it.
CLAIM_ROUNDS = 2.5


def check(context: Context) -> str:
    steps = [cancelled, deleted, requeued, stopped, dependents_of_stopped, killed, suspended, shut_down, stops_compared]
    if context.release >= (3, 0):
        steps.append(execution_stopped)
    complaints = []
    for step in steps:
        try:
            step(context)
        except (Failed, TimeoutError) as error:
            complaints.append(f"{step.__name__}: {error}")
    if complaints:
        raise Failed("\n".join([f"{len(complaints)} of {len(steps)} broken", *complaints]))
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
        must(
            not changed,
            f"written after it was cancelled: { {name: (then.get(name), now.get(name)) for name in changed} }",
        )


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
        until(
            "its second failure", SECONDS, lambda: redis.xlen("rq:results:bad") == 2 and here.status("bad") == "failed"
        )
        must(here.place("bad") == {"failed", "rq:results:bad"}, f"it is told of in {sorted(here.place('bad'))}")


def stopped(context: Context) -> None:
    """The others in hand go on, and a stopped job can be put back."""
    with bench(context, "stopped") as here:
        here.hold("hold-a")
        here.hold("hold-b")
        here.peer.command("stop-job", id="hold-a")
        here.await_status("hold-a", "stopped")
        must(
            here.place("hold-a") == {"failed", "rq:results:hold-a"}, f"it is told of in {sorted(here.place('hold-a'))}"
        )
        must(here.status("hold-b") == "started", f"its neighbour is {here.status('hold-b')}")
        here.peer.command("requeue", id="hold-a")
        here.tei.await_held(3)  # the stopped one's request waits too: nobody tells a server that its client has left
        here.tei.release()
        for id in ("hold-a", "hold-b"):
            here.await_status(id, "finished")


def dependents_of_stopped(context: Context) -> None:
    """Only those go on that allow failure. RQ releases all of them before 3, and none since."""
    with bench(context, "dependents") as here:
        here.hold("hold-a")
        here.peer.command("enqueue", id="lenient", parent="hold-a", allow_failure=True)
        here.peer.command("enqueue", id="strict", parent="hold-a")
        here.peer.command("stop-job", id="hold-a")
        here.await_status("lenient", "finished")
        must(here.status("strict") == "deferred", f"the one that allows no failure is {here.status('strict')}")


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
