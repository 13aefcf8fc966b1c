"""The producer: sends documents through the API and by python-rq, each until it is promised, and keeps the ledger."""

import http.client
import json
import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable

from redis.exceptions import RedisError, ResponseError
from rq import Queue

from documents import RECRAWLS, Documents
from fated_jobs import FatedJobs
from ledger import Ledger
from queueing import enqueue
from redis_server import QUEUE
from system import System

SENDERS = 32
# Of the API's requests: to /api/index/batch, with so many documents.
BATCHES, BATCH_SIZES = 0.25, (2, 3, 4)
THROUGH_API = 0.5
# One in so many sends is of a job that must fail.
FATED_EVERY = 500
ASK_SECONDS, PAUSE_SECONDS = 12, 0.2


class Producer:
    def __init__(self, system: System, documents: Documents, ledger: Ledger, per_second: float, versions: int) -> None:
        self.system, self.documents, self.ledger = system, documents, ledger
        self.per_second, self.versions = per_second, versions
        self.answers: dict[str, int] = {}
        self.is_stopped = threading.Event()
        self.fates = FatedJobs(documents, ledger)
        self._chance = documents.chance("sends")
        self._lock = threading.Lock()
        self._sent = self._pages = 0
        self._wanted: deque[int] = deque()
        self._begun = time.monotonic()
        self._threads = [threading.Thread(target=self._send_all, daemon=True) for _ in range(SENDERS)]

    def start(self) -> None:
        self._begun = time.monotonic()
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def recrawl(self, jobs: Iterable[str]) -> None:
        """Soon: what these jobs write is old then."""
        numbers = [promise.number for job in jobs if (promise := self.ledger.promises.get(job))]
        with self._lock:
            self._wanted.extend(numbers)

    # What is sent

    def _send_all(self) -> None:
        redis = self.system.client()
        queue = Queue(QUEUE, connection=redis)
        while not self.is_stopped.is_set():
            send = self._next(queue)
            if send is None:
                return
            send()
        redis.close()

    def _next(self, queue: Queue) -> Callable[[], None] | None:
        """The next thing to do, once it is due; None at the end."""
        with self._lock:
            if self._sent >= self.versions:
                return None
            chance = random.Random(self._chance.random())
            count, through_api = 1, chance.random() < THROUGH_API
            if through_api and chance.random() < BATCHES:
                count = chance.choice(BATCH_SIZES)
            pages = [self._page(chance) for _ in range(count)]
            due, self._sent = self._begun + self._sent / self.per_second, self._sent + count
            fated = self._sent // FATED_EVERY > (self._sent - count) // FATED_EVERY
            number = self._sent // FATED_EVERY
        time.sleep(max(0.0, due - time.monotonic()))
        if fated:
            self.fates.send(queue, number, self.is_stopped)
        if through_api:
            return lambda: self._through_api(pages)
        return lambda: self._through_rq(queue, *pages[0])

    def _page(self, chance: random.Random) -> tuple[int, int]:
        while self._wanted:
            if again := self.ledger.begin_again(0, wanted=self._wanted.popleft()):
                return again
        if chance.random() < RECRAWLS and (again := self.ledger.begin_again(chance.random())):
            return again
        self._pages += 1
        return self._pages, self.ledger.begin_new(self._pages)

    # Through the API

    def _through_api(self, pages: list[tuple[int, int]]) -> None:
        """Repeated until it is answered 202. Whatever else comes leaves it open whether there are jobs."""
        documents = [self.documents.document(*page).fields() for page in pages]
        path = "/api/index" if len(documents) == 1 else "/api/index/batch"
        body = json.dumps(documents[0] if len(documents) == 1 else documents).encode()
        while not self.is_stopped.is_set():
            sent = time.time()
            status, answer = self._ask(path, body)
            self._count(f"api {status or answer}")
            if status == 202:
                told = json.loads(answer)
                ids = told.get("job_ids") or [told["job_id"]]
                for (number, _), job in zip(pages, ids, strict=True):
                    self.ledger.promised(number, job, sent)
                return
            # Nobody listened: nothing was sent.
            if answer != "refused":
                for number, _ in pages:
                    self.ledger.doubtful(number)
            self.is_stopped.wait(PAUSE_SECONDS)

    def _ask(self, path: str, body: bytes) -> tuple[int, str]:
        """(0, why) without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.system.api_port, timeout=ASK_SECONDS)
        try:
            connection.request("POST", path, body, {"content-type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionRefusedError:
            return 0, "refused"
        except (TimeoutError, OSError, http.client.HTTPException) as error:
            return 0, type(error).__name__
        finally:
            connection.close()

    # By python-rq

    def _through_rq(self, queue: Queue, number: int, version: int) -> None:
        document, job = self.documents.document(number, version).fields(), str(uuid.uuid4())
        while not self.is_stopped.is_set():
            sent = time.time()
            try:
                enqueue(queue, job, document)
                self._count("rq promised")
                self.ledger.promised(number, job, sent)
                return
            except RedisError as error:
                self._count(f"rq {type(error).__name__}")
                # A transaction of which Redis refuses a part is not begun: disk or memory are full.
                if not isinstance(error, ResponseError):
                    self.ledger.doubtful(number)
                self.is_stopped.wait(PAUSE_SECONDS)

    def told(self) -> str:
        with self._lock:
            return "attempts of the producer: " + ", ".join(f"{what} {n}" for what, n in sorted(self.answers.items()))

    def _count(self, what: str) -> None:
        with self._lock:
            self.answers[what] = self.answers.get(what, 0) + 1
