"""The jobs of a migration: who has which in hand, who did it, and how often."""

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from peers import Peer
from production import Job, Producer
from redis_server import QUEUE
from results import must
from slow_tei import SlowTEI
from waiting import until

# Where python_product/worker.py counts.
RUNS = "check:python-runs"
KEY = f"rq:queue:{QUEUE}"
TEXT = "This page tells of the harbour {}."


@dataclass
class Jobs:
    peer: Peer
    producer: Producer
    tei: SlowTEI
    # Where the Python worker keeps its pid and its log.
    folder: Path
    # All that were ever enqueued, by id.
    all: dict[str, Job] = field(default_factory=dict)
    _begun_by_python: set[str] = field(default_factory=set)

    @property
    def redis(self) -> Redis:
        return self.peer.database.redis

    # Producing

    def put(self, name: str, count: int = 1, text: str = TEXT, wait: float = 0) -> list[str]:
        """Pages of their own. A text with `hold-` waits before TEI."""
        return self.put_pages(name, [f"https://example.org/{name}-{number}" for number in range(count)], text, wait)

    def put_pages(self, name: str, urls: list[str], text: str = TEXT, wait: float = 0) -> list[str]:
        jobs = []
        for number, url in enumerate(urls):
            page = url.rpartition("/")[2]
            document = {"url": url, "title": page, "markdown": text.format(page)}
            jobs.append(Job(f"{name}-{number}", document, wait))
        self.producer.put(jobs)
        self.all |= {job.id: job for job in jobs}
        return [job.id for job in jobs]

    def held_by_both(self, name: str) -> tuple[str, str]:
        """Two jobs that wait for their vectors: Pulse's, and Python's. Each of the two workers takes one at a time."""
        ids = self.put(f"{name}-held", 2, "hold-" + TEXT)
        self.tei.await_held(2)
        pulses = [id for id in ids if self.is_pulses(id)]
        must(len(pulses) == 1, f"of two jobs Pulse has {pulses}")
        return pulses[0], next(id for id in ids if id not in pulses)

    # Looking

    def status(self, id: str) -> str | None:
        return self.redis.hget(f"rq:job:{id}", "status")

    def is_pulses(self, id: str) -> bool:
        return (self.redis.hget(f"rq:job:{id}", "worker_name") or "").startswith("pulse-")

    def queue(self) -> list[str]:
        return self.redis.lrange(KEY, 0, -1)

    def workers(self, pulses: bool) -> set[str]:
        names = {key.removeprefix("rq:worker:") for key in self.redis.smembers(f"rq:workers:{QUEUE}")}
        return {name for name in names if name.startswith("pulse-") == pulses}

    def log(self) -> str:
        return (self.folder / "rq-worker.log").read_text(errors="replace")[-1000:]

    def await_status(self, ids: list[str], wanted: str = "finished") -> None:
        seen = lambda: f"{ {id: self.status(id) for id in ids} }; Python said:\n{self.log()}"  # noqa: E731
        until(f"{ids[0]} and others {wanted}", 60, lambda: all(self.status(id) == wanted for id in ids), seen)

    def check_by(self, python: list[str] | None = None, pulse: list[str] | None = None) -> None:
        wrong = [id for id in python or [] if self.is_pulses(id)] + [id for id in pulse or [] if not self.is_pulses(id)]
        must(not wrong, f"done by the other one: {wrong}")

    def pages_of(self, ids: list[str]) -> list[str]:
        return sorted({self.all[id].url for id in ids})

    # A killed Python worker

    def kill_python(self) -> None:
        """With all its children, as when its machine goes."""
        pid = int((self.folder / "rq-worker.pid").read_text())
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            os.kill(one, signal.SIGKILL)
        # What is left of its scheduler ends by itself after a minute, which is not waited for.
        self.redis.delete(f"rq:scheduler-lock:{QUEUE}")

    def come_of_age(self, running: str, taken: str) -> bool:
        """Is done what the dead worker ran and what it had taken? Minutes are not waited for: times are set back."""
        past = time.time() - 100
        if self.status(running) == "started" and not self.is_pulses(running):
            self._begun_by_python.add(running)
            members = [one for one in self.redis.zrange(f"rq:wip:{QUEUE}", 0, -1) if one.split(":")[0] == running]
            self.redis.zadd(f"rq:wip:{QUEUE}", dict.fromkeys(members, past), xx=True)
        self.redis.set(f"{KEY}:intermediate:first_seen:{taken}", past, xx=True, keepttl=True)
        self.redis.delete(f"pulse:housekept:{QUEUE}")
        self.tei.release()
        return self.status(running) == self.status(taken) == "finished"

    # The end

    def check_once(self) -> int:
        """Each job has come to one success, and Python has run what it did once. Answers how many Python did."""
        runs, by_python, complaints = self.redis.hgetall(RUNS), 0, []
        for id in self.all:
            types = [fields["type"] for _, fields in self.redis.xrange(f"rq:results:{id}")]
            mine = not self.is_pulses(id)
            by_python += mine
            wanted = int(mine or id in self._begun_by_python)
            if self.status(id) != "finished" or types.count("1") != 1 or int(runs.get(id, 0)) != wanted:
                complaints.append(f"{id} is {self.status(id)}, results {types}, run by Python {runs.get(id, 0)} times")
        must(not complaints, "\n".join(complaints))
        left = {key: self.redis.zcard(key) for key in self.redis.scan_iter("rq:wip:*")}
        must(not self.queue() and not any(left.values()), f"left over: {self.queue()}, {left}")
        return by_python
