"""Producers that never stop asking, each on a thread of its own; what became of every request is kept."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import orjson

from asking import JSON, Answer, connected, exchange
from front import BEARER, PAGE, signature
from waiting import until

TEXT = "# Tides\n\n" + "The moon pulls the sea twice a day, and the harbour master writes it down. " * 20


@dataclass
class Ledger:
    """`promised`: job ids by the URL that they were promised for with a 202."""

    promised: dict[str, str] = field(default_factory=dict)
    # Every URL that was ever sent.
    sent: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def refused(self) -> int:
        return self.statuses["ConnectionRefusedError"]

    def __str__(self) -> str:
        return ", ".join(f"{count} {what}" for what, count in sorted(self.statuses.items()))


def index_request(url: str) -> tuple[str, bytes, list[tuple[str, str]], list[str]]:
    return "/api/index", orjson.dumps({"url": url, "content": TEXT}), [JSON, BEARER], [url]


def crawl_request(url: str) -> tuple[str, bytes, list[tuple[str, str]], list[str]]:
    """Three documents, all or none of them."""
    urls = [f"{url}/{number}" for number in range(3)]
    items = [{"markdown": TEXT, "metadata": {"url": one, "statusCode": 200}} for one in urls]
    body = orjson.dumps({"success": True, "type": "crawl.page", "id": "crawl", "data": items})
    return PAGE, body, [JSON, ("X-Firecrawl-Signature", signature(body))], urls


REQUESTS = (index_request, crawl_request)


class Producer(threading.Thread):
    """`keeps`: one connection for all requests for as long as it lives; else a new one each time."""

    def __init__(
        self, port: int, name: str, keeps: bool, make: Callable, ledger: Ledger, over: threading.Event
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.keeps, self.make, self.ledger, self.over = port, keeps, make, ledger, over
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            path, body, headers, urls = self.make(f"https://example.org/{self.name}/{number}")
            with self.ledger.lock:
                self.ledger.sent.update(urls)
            begun = time.monotonic()
            try:
                answer = self._exchange(path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                self._forget()
                self._note(type(error).__name__, None, urls, 0)
                # A refusal costs nothing: without a pause it would be the only thing that is counted.
                time.sleep(0.01)
            else:
                self._note(str(answer.status), answer, urls, time.monotonic() - begun)
        self._forget()

    def _exchange(self, path: str, body: bytes, headers: list[tuple[str, str]]) -> Answer:
        if self._connection is None:
            self._connection = connected(self.port)
        answer = exchange(self._connection, "POST", path, body, headers)
        if not self.keeps:
            self._forget()
        return answer

    def _forget(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
        self._connection = None

    def _note(self, what: str, answer: Answer | None, urls: list[str], seconds: float) -> None:
        with self.ledger.lock:
            self.ledger.statuses[what] += 1
            if answer is not None and answer.status == 202:
                told = answer.json
                ids = told.get("job_ids") or [told["job_id"]]
                self.ledger.promised.update(zip(urls, ids, strict=True))
                self.ledger.seconds.append(seconds)


@contextmanager
def producing(port: int, count: int) -> Iterator[Ledger]:
    """Both kinds of requests, on connections that are kept and on new ones. Ended, and waited for, at the end."""
    ledger, over = Ledger(), threading.Event()
    threads = [
        Producer(port, f"producer-{n}", n % 2 == 0, REQUESTS[n // 2 % len(REQUESTS)], ledger, over)
        for n in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        until("the first job is promised", 30, lambda: bool(ledger.promised), lambda: ledger)
        yield ledger
    finally:
        over.set()
        for thread in threads:
            thread.join(30)
