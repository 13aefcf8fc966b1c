"""Jobs that fail by their own fault, whatever else goes on: they and only they are found among the failed ones."""

import threading
import time
import zlib
from collections.abc import Callable

from redis.exceptions import RedisError
from rq import Queue

from documents import REFUSED, Documents
from ledger import Fated, Ledger
from queueing import enqueue
from redis_server import QUEUE

PAUSE_SECONDS = 0.2
# Numbers of documents that no other is sent for.
APART = 10_000_000


class FatedJobs:
    def __init__(self, documents: Documents, ledger: Ledger) -> None:
        self.documents, self.ledger = documents, ledger

    def send(self, queue: Queue, number: int, is_stopped: threading.Event) -> None:
        """Of three kinds, by turns; repeated until it is there."""
        job, put = f"fated-{number}", self._made(queue, number)
        while not is_stopped.is_set():
            try:
                return put(job)
            except RedisError:
                is_stopped.wait(PAUSE_SECONDS)

    def _made(self, queue: Queue, number: int) -> Callable[[str], None]:
        job = f"fated-{number}"
        match number % 3:
            case 0:
                self.ledger.fated[job] = Fated(job, "pickle")
                return lambda job: rubbish(queue, job)
            case 1:
                self.ledger.fated[job] = Fated(job, "no url")
                return lambda job: enqueue(queue, job, {"markdown": "A page of nowhere."})
        refused = self.documents.document(APART + number, 1)
        self.ledger.fated[job] = Fated(job, "cannot be embedded", refused.url)
        document = refused.fields() | {"markdown": f"{REFUSED} {refused.markdown}"}
        return lambda job: enqueue(queue, job, document)


def rubbish(queue: Queue, job: str) -> None:
    """Its data are no pickle."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
    fields = {"data": zlib.compress(f"rubbish of {job}".encode()), "status": "queued", "origin": QUEUE}
    fields |= {"created_at": now, "enqueued_at": now, "timeout": "600", "description": "rubbish"}
    pipeline = queue.connection.pipeline()
    pipeline.sadd("rq:queues", queue.key)
    pipeline.hset(f"rq:job:{job}", mapping=fields)
    pipeline.rpush(queue.key, job)
    pipeline.execute()
