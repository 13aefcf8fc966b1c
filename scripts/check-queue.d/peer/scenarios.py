"""The jobs that producers put on the queue, one for each thing that RQ lets them ask for.

Their ids are their names, so that two databases can be compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rq import Callback, Queue, Retry
from rq.job import Dependency

from documents import BATCH, FUNCTION, bad, document, snake
from wire import RELEASE, Peer, answer, asked


@dataclass
class Scenario:
    id: str
    # Which status a worker leaves it in; None = the job is gone.
    expected: str | None
    # Its last start says nothing about when its turn came.
    again: bool = False
    # Running it fails, though no failed job is left.
    fails: bool = False


class Producer:
    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.indexing, self.second = peer.queue("indexing"), peer.queue("second")
        self.jobs: dict[str, Any] = {}

    def put(
        self, name: str, argument: Any = None, function: str = FUNCTION, queue: Queue | None = None, **options: Any
    ):
        given = {"job_id": name, "job_timeout": "10m"} | options
        job = (queue or self.indexing).enqueue(function, argument or document(name), **given)
        self.jobs[name] = job
        return job

    def all(self) -> Iterator[Scenario]:
        yield from self.documents()
        yield from self.failures()
        yield from self.lifetimes()
        yield from self.dependents()
        yield from self.extras()
        if RELEASE >= (2, 3):
            yield from self.repeats()
        if RELEASE >= (3, 0):
            yield from self.limits()

    def documents(self) -> Iterator[Scenario]:
        self.put("plain")
        yield Scenario("plain", "finished")
        self.put("snake", snake("snake"))
        yield Scenario("snake", "finished")
        self.indexing.enqueue(FUNCTION, kwargs={"document": document("by-name")}, job_id="by-name")
        yield Scenario("by-name", "finished")
        self.put("batch", [document("batch-1"), document("batch-2")], BATCH)
        yield Scenario("batch", "finished")
        self.put("description", description="naïve café ☕ 日本語 \U0001f600")
        yield Scenario("description", "finished")
        self.put("unicode", document("unicode") | {"title": "Ünï ☕ \U0001f600", "country": None})
        yield Scenario("unicode", "finished")
        self.put("meta", meta={"source": "crawl", "tags": ["a", "ü"], "n": 1})
        yield Scenario("meta", "finished")
        self.put("unlimited", job_timeout=-1)
        yield Scenario("unlimited", "finished")
        self.put("front", at_front=True)
        yield Scenario("front", "finished")
        self.put("second", queue=self.second)
        yield Scenario("second", "finished")

    def failures(self) -> Iterator[Scenario]:
        self.put("no-url", bad("no-url"))
        yield Scenario("no-url", "failed")
        self.put("half-a-batch", [document("half"), bad("half")], BATCH)
        yield Scenario("half-a-batch", "failed")
        self.put("retried", bad("retried"), retry=Retry(max=2, interval=[0, 1]))
        yield Scenario("retried", "failed", again=True)
        # More retries than intervals: the first interval is the one that is used twice.
        self.put("retried-more", bad("retried-more"), retry=Retry(max=3, interval=[0, 1]))
        yield Scenario("retried-more", "failed", again=True)
        self.put("unheard-of", function="worker.unheard_of")
        yield Scenario("unheard-of", "failed")
        self.put("unheard-of-retried", function="worker.unheard_of", retry=Retry(max=1))
        yield Scenario("unheard-of-retried", "failed", again=True)
        self.put("callback", on_success=Callback("worker.succeeded"))
        yield Scenario("callback", "failed")

    def lifetimes(self) -> Iterator[Scenario]:
        self.put("result-0", result_ttl=0)
        yield Scenario("result-0", None)
        self.put("result-forever", result_ttl=-1)
        yield Scenario("result-forever", "finished")
        self.put("result-60", result_ttl=60)
        yield Scenario("result-60", "finished")
        self.put("failure-90", bad("failure-90"), failure_ttl=90)
        yield Scenario("failure-90", "failed")
        self.put("failure-forever", bad("failure-forever"), failure_ttl=-1)
        yield Scenario("failure-forever", "failed")
        self.put("failure-0", bad("failure-0"), failure_ttl=0)
        yield Scenario("failure-0", None, fails=True)
        self.put("ttl", ttl=300)
        yield Scenario("ttl", "finished")
        # Its id is still in the list when a worker comes to it, its hash is not.
        self.put("expired", ttl=1)
        yield Scenario("expired", None)

    def dependents(self) -> Iterator[Scenario]:
        done = self.jobs["plain"]
        self.put("child", depends_on=done)
        yield Scenario("child", "finished")
        self.put("child-of-two", depends_on=[done, self.jobs["second"]])
        yield Scenario("child-of-two", "finished")
        self.put("grandchild", depends_on=self.jobs["child-of-two"])
        yield Scenario("grandchild", "finished")
        self.put("child-elsewhere", depends_on=done, queue=self.second)
        yield Scenario("child-elsewhere", "finished")
        self.put("child-in-front", depends_on=Dependency([self.jobs["batch"]], enqueue_at_front=True))
        yield Scenario("child-in-front", "finished")
        self.put("child-of-bad", depends_on=self.jobs["no-url"])
        yield Scenario("child-of-bad", "deferred")
        self.put("child-despite", depends_on=Dependency([self.jobs["no-url"], done], allow_failure=True))
        yield Scenario("child-despite", "finished")
        self.put("child-of-retried", depends_on=Dependency([self.jobs["retried"]], allow_failure=True))
        yield Scenario("child-of-retried", "finished", again=True)
        # A cancelled dependency is none that failed.
        self.put("canceled-too")
        given_up = Dependency([done, self.jobs["canceled-too"]], allow_failure=True)
        self.jobs["canceled-too"].cancel()
        yield Scenario("canceled-too", "canceled")
        self.put("child-of-canceled", depends_on=given_up)
        yield Scenario("child-of-canceled", "deferred")
        self.put("child-of-gone", depends_on=self.jobs["result-0"])
        yield Scenario("child-of-gone", "finished")

    def extras(self) -> Iterator[Scenario]:
        self.put("canceled")
        self.jobs["canceled"].cancel()
        yield Scenario("canceled", "canceled")
        self.indexing.enqueue_in(timedelta(hours=1), FUNCTION, document("tomorrow"), job_id="tomorrow")
        yield Scenario("tomorrow", "scheduled")
        self.indexing.enqueue_in(timedelta(seconds=1), FUNCTION, document("soon"), job_id="soon")
        yield Scenario("soon", "finished", again=True)
        if RELEASE >= (2, 0):
            from rq.group import Group

            data = Queue.prepare_data(FUNCTION, (document("grouped"),), job_id="grouped")
            Group.create(self.peer.redis, name="crawl").enqueue_many(self.indexing, [data])
            yield Scenario("grouped", "finished")

    def repeats(self) -> Iterator[Scenario]:
        from rq import Repeat

        self.put("repeated", repeat=Repeat(times=2, interval=0))
        yield Scenario("repeated", "finished", again=True)
        self.put("repeated-later", repeat=Repeat(times=2, interval=[1, 2]))
        yield Scenario("repeated-later", "finished", again=True)
        self.put("repeated-and-kept-0", repeat=Repeat(times=1, interval=0), result_ttl=0)
        yield Scenario("repeated-and-kept-0", None, again=True)
        self.put("repeated-bad", bad("repeated-bad"), repeat=Repeat(times=1, interval=0))
        yield Scenario("repeated-bad", "failed", again=True)

    def limits(self) -> Iterator[Scenario]:
        from rq import RateLimit

        limit = RateLimit("example.org", 1)
        self.put("limited-1", rate_limit=limit)
        yield Scenario("limited-1", "finished", again=True)
        self.put("limited-bad", bad("limited-bad"), rate_limit=limit, retry=Retry(max=1))
        yield Scenario("limited-bad", "failed", again=True)
        self.put("limited-2", rate_limit=limit)
        yield Scenario("limited-2", "finished", again=True)
        self.put("retried-in-front", bad("retried-in-front"), retry=Retry(max=1, enqueue_at_front=True))
        yield Scenario("retried-in-front", "failed", again=True)


if __name__ == "__main__":
    answer([vars(scenario) for scenario in Producer(asked()).all()])
