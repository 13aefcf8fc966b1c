"""Sends documents through everything that Pulse does with them; each request is held against the servers' documents."""

import os
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rq import Queue

from inspector import Inspector
from openapi import Contract
from processes import clean_environment
from results import Skipped, must
from stack import COLLECTION, Stack, serving
from supervisor import supervising
from waiting import until

if TYPE_CHECKING:
    from run_checks import Context

NAME = "contract"
PAGE = "https://example.org/contract"


def text(sections: int) -> str:
    paragraph = "Workers claim what they can begin at once, and hand back what they cannot finish in time. " * 12
    return "\n\n".join(f"# Section {number}\n\n{paragraph}" for number in range(sections))


class Fleet:
    """One worker behind the inspectors, and pulsectl."""

    def __init__(self, programs: Path, folder: Path, stack: Stack, settings: dict[str, str]) -> None:
        self._programs, self._folder, self._stack, self._settings = programs, folder, stack, settings

    def index(self, *documents: dict[str, Any]) -> None:
        queue = Queue("indexing", connection=self._stack.binary)
        jobs = [queue.enqueue("worker.index_document_job", document, job_timeout=60) for document in documents]
        for job in jobs:
            status = until("a job ends", 60, lambda job=job: self._ended(job.id))
            must(status == "finished", f"a job {status}: {self._stack.redis.hget(f'rq:job:{job.id}', 'exc_info')}")

    def _ended(self, job: str) -> str | None:
        status = self._stack.redis.hget(f"rq:job:{job}", "status")
        return status if status in ("finished", "failed") else None

    def control(self, *arguments: str, input: str | None = None) -> str:
        command = [str(self._programs / "pulsectl"), *arguments]
        environment = clean_environment() | self._settings
        done = subprocess.run(command, env=environment, input=input, capture_output=True, text=True, timeout=60)
        must(done.returncode in (0, 1), f"pulsectl {' '.join(arguments)}: {done.returncode}: {done.stderr}")
        return done.stdout

    def run(self) -> None:
        """Every kind of document, and every command that speaks to TEI or Qdrant."""
        self._leave_old_points()
        own = self._settings | {"PULSE_WORKERS": "1", "PULSE_STARTUP_TIMEOUT": "60s"}
        with supervising(self._programs, self._folder, own) as supervisor:
            supervisor.wait_for_line(": ready after")
            plain = {"url": f"{PAGE}/plain", "title": "Plain", "markdown": text(3), "language": "en"}
            self.index(
                plain, {"url": f"{PAGE}/long", "markdown": text(40)}, {"url": f"{PAGE}/old", "markdown": text(2)}
            )
            self.index(plain | {"title": "Another title"}, {"url": f"{PAGE}/long", "markdown": text(4)})
            self.index(plain | {"markdown": text(1)})
        self.control("search", "hand back", "--limit", "3")
        for mode in ("semantic", "keyword", "hybrid"):
            self.control("search", "hand back", "--mode", mode, "--language", "en", "--domain", "example.org", "--json")
        self.control("search", "hand back", "--per-page", "--json")
        self.control("verify")
        self.control("verify", f"{PAGE}/long", "--json")
        self.control("delete", f"{PAGE}/long", f"{PAGE}/old")

    def _leave_old_points(self) -> None:
        """As the replaced product left them: no state, no order in their ids."""
        size = len(self._stack.post(f"{self._stack.tei}/embed", b'{"inputs":"x"}')[0])
        address = f"{self._stack.qdrant}/collections/{COLLECTION}"
        self._stack.post(address, orjson.dumps({"vectors": {"size": size, "distance": "Cosine"}}), "PUT")
        points = [
            {
                "id": str(uuid.uuid4()),
                "vector": [1.0] * size,
                "payload": {"url": f"{PAGE}/old", "canonical_url": f"{PAGE}/old", "text": "old", "content_id": 7},
            }
            for _ in range(3)
        ]
        self._stack.post(f"{address}/points?wait=true", orjson.dumps({"points": points}), "PUT")


def verdict(inspector: Inspector, contract: Contract) -> Callable[[], str]:
    def judge() -> str:
        must(inspector.seen, "nothing was asked of it")
        must(
            not inspector.complaints,
            f"{inspector.complaints.total()} complaints\n"
            + "\n".join(f"{count} x {complaint}" for complaint, count in inspector.complaints.most_common(20)),
        )
        kinds = sorted(f"{name.replace(COLLECTION, 'COLLECTION')} {count}" for name, count in inspector.seen.items())
        return f"{inspector.seen.total()} requests as {contract.version} has them\n" + "\n".join(kinds)

    return judge


def check(context: "Context") -> None:
    specs = Path(os.environ["PULSE_SPECS"])
    if not specs.is_dir():
        context.results.run(NAME, skipped(f"no OpenAPI documents in {specs}"))
        return
    contracts = {name: Contract(next(specs.glob(f"{name}-openapi-*.json"))) for name in ("tei", "qdrant")}
    with serving(context.folder / "stack") as stack:
        before = {name: Inspector(contracts[name], getattr(stack, name)) for name in contracts}
        settings = stack.settings | {"PULSE_TEI_URL": before["tei"].url, "PULSE_QDRANT_URL": before["qdrant"].url}

        def run() -> str:
            Fleet(context.programs, context.folder, stack, settings).run()
            return "documents new, changed, shrunk and old; searched, verified, deleted"

        context.results.run(NAME, run)
        for name, inspector in before.items():
            context.results.run(f"{NAME}/{name}", verdict(inspector, contracts[name]))


def skipped(why: str) -> Callable[[], str]:
    def skip() -> str:
        raise Skipped(why)

    return skip
