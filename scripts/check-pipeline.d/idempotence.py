"""Every job run twice, in any order, while workers die after each step: what is left is what a quiet run leaves."""

import contextlib
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redis import Redis
from rq import Queue

from job_book import returned, states
from processes import clean_environment
from pulse_workers import Fleet, fleet
from redis_server import QUEUE, RedisServer, redis_serving
from results import must
from services import Services, services
from versions import DOCUMENTS, VERSIONS, Job, versions
from waiting import Stopwatch, until

if TYPE_CHECKING:
    from run_checks import Context

NAME = "idempotence"
SEED = 5
STEPS = (
    "claimed", "begun", "compared", "chunked", "embedded", "wroteWhole", "wroteIntent", "wrotePoints", "deletedRest",
    "committed", "worked", "finished",
)  # fmt: skip
# After these a document is half written: some of those jobs are deleted, so that only another version can mend it.
HALF_WRITTEN = ("wroteIntent", "wrotePoints", "deletedRest")
SECONDS = 120
SETTINGS = {"PULSE_CHUNK_TOKENS": "64", "PULSE_CHUNK_OVERLAP": "0", "PULSE_MAX_JOBS_IN_FLIGHT": "4"}


@dataclass
class Place:
    """Servers of one run, and who works there."""

    programs: Path
    redis: RedisServer
    services: Services
    healthy: Fleet
    mortal: Fleet

    @property
    def settings(self) -> dict[str, str]:
        return SETTINGS | {"PULSE_REDIS_URL": self.redis.url}

    def enqueue(self, jobs: list[Job]) -> None:
        """Those that are there already are run again as they are, by the very same job."""
        with contextlib.closing(Redis(port=self.redis.port)) as connection:
            queue = Queue(QUEUE, connection=connection)
            for job in jobs:
                if self.redis.client.exists(f"rq:job:{job.id}"):
                    self.redis.client.hset(f"rq:job:{job.id}", mapping={"status": "queued", "pulse_crashes": 0})
                    self.redis.client.rpush(f"rq:queue:{QUEUE}", job.id)
                else:
                    options = {"job_id": job.id, "job_timeout": "10m", "result_ttl": 3600}
                    queue.enqueue("worker.index_document_job", job.document, **options)

    def open_jobs(self, jobs: list[Job]) -> list[str]:
        book = states(self.redis.client, jobs)
        return [id for id, state in book.items() if state.status not in (None, "finished")]

    def control(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [str(self.programs / "pulsectl"), *arguments]
        environment = clean_environment() | self.settings | self.services.settings("pulsectl")
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    def finish(self, jobs: list[Job]) -> None:
        """By workers that live."""
        for slot in ("worker.1", "worker.2"):
            self.healthy.start(slot, how="stopped").await_name()
        until(
            f"{len(jobs)} jobs end",
            SECONDS,
            lambda: not self.open_jobs(jobs),
            lambda: self.open_jobs(jobs)[:5],
            pause=0.05,
        )
        exits = self.healthy.stop()
        must(set(exits.values()) == {0}, f"exit statuses {exits}: {self.healthy.live['worker.1'].said[-500:]}")

    def points(self) -> dict[str, Any]:
        """By id: vector and payload, but for the job's name and time."""
        found = self.services.records(with_vector=True)
        return {
            point["id"]: (
                point["vector"],
                {key: value for key, value in point["payload"].items() if key != "generation"},
            )
            for point in found
        }

    def results(self, jobs: list[Job]) -> dict[str, Any]:
        known = [job for job in jobs if self.redis.client.exists(f"rq:job:{job.id}")]
        drop = "unchanged"
        return {
            job.id: {key: value for key, value in returned(self.redis.client, job).items() if key != drop}
            for job in known
        }


@contextlib.contextmanager
def place(context: "Context", name: str) -> Iterator[Place]:
    folder = context.folder / name
    folder.mkdir()
    with redis_serving(folder / "redis") as redis, services(folder) as served:
        own = SETTINGS | {"PULSE_REDIS_URL": redis.url}
        with (
            fleet(context.programs, folder, served, own) as healthy,
            fleet(context.mortal, folder, served, own) as mortal,
        ):
            yield Place(context.programs, redis, served, healthy, mortal)


class Run:
    """All versions of all documents, one version after the other."""

    def __init__(self, at: Place, jobs: list[list[Job]]) -> None:
        self.at, self.jobs = at, jobs
        self.results: dict[str, Any] = {}
        self.deaths: Counter[str] = Counter()
        self.deleted = 0
        self._dice = random.Random(SEED)

    def quiet(self) -> None:
        for generation in self.jobs:
            self.at.enqueue(generation)
            self.at.finish(generation)
            self.results |= self.at.results(generation)

    def deadly(self) -> None:
        for generation in self.jobs:
            for again in (False, True):
                shuffled = self._dice.sample(generation, len(generation))
                for number, step in enumerate(STEPS):
                    part = shuffled[number :: len(STEPS)]
                    if again:
                        part = [job for job in part if self.at.redis.client.exists(f"rq:job:{job.id}")]
                    self._dying_at(step, part, spare=again or generation is self.jobs[-1])
                    self.at.finish(part)
            self.results |= self.at.results(generation)

    def _dying_at(self, step: str, jobs: list[Job], spare: bool) -> None:
        """One life of a worker over these jobs; it ends at that step, or drains when no job comes by there."""
        self.at.enqueue(jobs)
        # A slot of its own each time: whoever is told of a predecessor lives.
        one = self.at.mortal.start(f"mortal.{len(self.at.mortal.all)}", WORKER_DIES_AT=step)
        died = lambda: one.process.poll() is not None  # noqa: E731
        until(f"it dies at {step}", SECONDS, lambda: died() or not self.at.open_jobs(jobs), lambda: one.said[-500:])
        if not died():
            one.send(signal.SIGTERM)
            must(one.process.wait(30) == 0, f"exit status {one.process.returncode}: {one.said[-500:]}")
            return
        must(one.process.returncode == -signal.SIGKILL, f"left with {one.process.returncode}: {one.said[-500:]}")
        self.deaths[step] += 1
        if step in HALF_WRITTEN and not spare:
            for id in self.at.redis.client.hkeys(f"pulse:inflight:{one.name}"):
                done = self.at.control("jobs", "delete", id)
                must(done.returncode == 0, f"jobs delete {id}: {done.stderr}")
                self.deleted += 1


def check(context: "Context") -> None:
    context.results.run(NAME, lambda: compare(context))


def compare(context: "Context") -> str:
    by_document = [versions(number) for number in range(DOCUMENTS)]
    jobs = [[document[version] for document in by_document] for version in range(VERSIONS)]
    took = Stopwatch()
    with place(context, "quiet") as at:
        quiet = Run(at, jobs)
        quiet.quiet()
        expected = at.points()
    with place(context, "deadly") as at:
        deadly = Run(at, jobs)
        deadly.deadly()
        found = at.points()
        verified = at.control("verify")
    missing, extra = expected.keys() - found.keys(), found.keys() - expected.keys()
    must(not missing and not extra, f"{len(missing)} points are missing, {len(extra)} are too many")
    other = [id for id in expected if expected[id] != found[id]]
    must(not other, f"{len(other)} points differ, such as\n{[(expected[id], found[id]) for id in other[:1]]}")
    wrong = {id: (result, quiet.results[id]) for id, result in deadly.results.items() if result != quiet.results[id]}
    must(not wrong, f"{len(wrong)} results differ: {dict(list(wrong.items())[:3])}")
    must(verified.returncode == 0, f"pulsectl verify: {verified.stdout}{verified.stderr}")
    unseen = [step for step in STEPS if not deadly.deaths[step]]
    must(not unseen, f"no worker died at {unseen}")
    deaths = ", ".join(f"{step} {count}" for step, count in deadly.deaths.items())
    return (
        f"{DOCUMENTS} documents in {VERSIONS} versions, each job run twice: {len(found)} points and "
        f"{len(deadly.results)} results equal; {deadly.deaths.total()} workers died, {deadly.deleted} jobs deleted "
        f"half way; {took}\ndied at: {deaths}\n{verified.stdout.strip()}"
    )
