"""The producing side of a check: documents, and the python-rq process that puts them on the queue."""

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import clean_environment
from redis_server import QUEUE

PROGRAM = Path(__file__).with_name("producer.py")


@dataclass(frozen=True)
class Job:
    id: str
    document: dict[str, Any]
    # Seconds until it may run.
    wait: float = 0

    @property
    def url(self) -> str:
        return self.document["url"]


def job(name: str, mark: str = "", sections: int = 1) -> Job:
    """With about as many chunks as sections; `mark` tells the load generator how to behave, see load_tei.py."""
    parts = [f"# Part {number} of {name}\n\n{mark}\n\n" + f"Word of {name}. " * 30 for number in range(sections)]
    return Job(name, {"url": f"https://example.org/{name}", "title": name, "markdown": "\n\n".join(parts)})


class Producer:
    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process
        self.done: list[str] = []
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stdout:
            self.done.append(line.strip())
            self._answers.put(line.strip())

    def send(self, job: Job) -> None:
        """Without waiting; `done` tells in which order they came there."""
        self._process.stdin.write(json.dumps({"id": job.id, "document": job.document, "wait": job.wait}) + "\n")
        self._process.stdin.flush()

    def put(self, jobs: list[Job], seconds: float = 60) -> None:
        """All are in Redis when it returns; no other `send` may be under way."""
        for one in jobs:
            self.send(one)
        for _ in jobs:
            self._answers.get(timeout=seconds)


@contextlib.contextmanager
def producing(python: Path, url: str) -> Iterator[Producer]:
    command = [str(python), str(PROGRAM), url, QUEUE]
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=clean_environment(), **options)
    try:
        yield Producer(process)
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
