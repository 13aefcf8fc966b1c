"""One thing that an operator or a producer asks of python-rq while a worker runs."""

from typing import Any

import rq.command
from rq import Retry
from rq.job import Dependency, Job

from documents import FUNCTION, bad, document
from wire import Peer, answer, asked


def enqueue(
    peer: Peer,
    id: str,
    retries: int = 0,
    fails: bool = False,
    parent: str | None = None,
    allow_failure: bool = False,
    function: str = FUNCTION,
    queue: str = "indexing",
) -> str:
    options: dict[str, Any] = {"job_id": id, "job_timeout": "10m"}
    if retries:
        options["retry"] = Retry(max=retries)
    if parent:
        options["depends_on"] = Dependency([job(peer, parent)], allow_failure=allow_failure)
    return peer.queue(queue).enqueue(function, bad(id) if fails else document(id), **options).id


def job(peer: Peer, id: str) -> Job:
    return Job.fetch(id, connection=peer.redis, serializer=peer.serializer)


def stop_execution(peer: Peer, id: str) -> None:
    execution = job(peer, id).get_executions()[0]
    rq.command.send_stop_execution_command(peer.redis, id, execution.id)


COMMANDS = {
    "enqueue": enqueue,
    "cancel": lambda peer, id: job(peer, id).cancel(),
    "delete": lambda peer, id: job(peer, id).delete(),
    "requeue": lambda peer, id: job(peer, id).requeue() and None,
    "stop-job": lambda peer, id: rq.command.send_stop_job_command(peer.redis, id),
    "stop-execution": stop_execution,
    "kill-horse": lambda peer, worker: rq.command.send_kill_horse_command(peer.redis, worker),
    "shutdown": lambda peer, worker: rq.command.send_shutdown_command(peer.redis, worker),
}

peer = asked()
answer(COMMANDS[peer.request["command"]](peer, **peer.request["arguments"]))
