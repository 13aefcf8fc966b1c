"""The producer's own book: what it sent, what it was promised, and so which version of each document must be found."""

import threading
import time
from dataclasses import dataclass, field


@dataclass
class Promise:
    job: str
    number: int
    version: int
    # time.time(): before the attempt that was promised, and when the promise came.
    sent: float
    promised: float


@dataclass
class _Page:
    # The last version that was promised, and the one on its way.
    promised: int = 0
    sending: int = 0
    # Some attempt's outcome is unknown: it may become a job at any time, a frozen API's even much later.
    is_doubtful: bool = False


@dataclass
class Fated:
    """A job that must fail by its own fault: its reason holds `reason`."""

    job: str
    reason: str
    # Of its document, where it has one.
    url: str = ""


@dataclass
class Ledger:
    """Sound under these rules, which it keeps itself: one send of a document at a time; a document with an attempt
    whose outcome is unknown gets the same version again until it is promised, and no other one ever after."""

    promises: dict[str, Promise] = field(default_factory=dict)
    fated: dict[str, Fated] = field(default_factory=dict)
    versions: int = 0
    recrawls: int = 0
    doubts: int = 0
    _pages: dict[int, _Page] = field(default_factory=dict)
    _ready: list[int] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin_new(self, number: int) -> int:
        """The version to send, until it is promised."""
        with self._lock:
            if number in self._pages:
                raise ValueError(f"page {number} is known already")
            self._pages[number] = _Page(sending=1)
            return 1

    def begin_again(self, fraction: float, wanted: int | None = None) -> tuple[int, int] | None:
        """The page at that place among those that may be crawled again, or the one `wanted`; with its next version."""
        with self._lock:
            if wanted is not None and wanted not in self._places:
                return None
            if not self._ready:
                return None
            number = wanted if wanted is not None else self._ready[int(fraction * len(self._ready))]
            self._take(number)
            page = self._pages[number]
            page.sending = page.promised + 1
            return number, page.sending

    def doubtful(self, number: int) -> None:
        """An attempt may have had success or not, now or later."""
        with self._lock:
            self.doubts += 1
            self._pages[number].is_doubtful = True

    def promised(self, number: int, job: str, sent: float) -> None:
        with self._lock:
            page = self._pages[number]
            self.versions += 1
            self.recrawls += page.sending > 1
            page.promised, page.sending = page.sending, 0
            self.promises[job] = Promise(job, number, page.promised, sent, time.time())
            if not page.is_doubtful:
                self._places[number] = len(self._ready)
                self._ready.append(number)

    def expected(self) -> dict[int, int]:
        """The version of each page that must be found. One that was sent but never promised is not among them."""
        with self._lock:
            return {number: page.promised for number, page in self._pages.items() if page.promised}

    def unpromised(self) -> list[int]:
        with self._lock:
            return sorted(number for number, page in self._pages.items() if page.sending)

    def _take(self, number: int) -> None:
        """Its place goes to the last one."""
        place, last = self._places.pop(number), self._ready.pop()
        if last != number:
            self._ready[place] = last
            self._places[last] = place
