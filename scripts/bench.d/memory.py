"""A worker's memory: with several very large documents at once, and over very many small ones."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rq import Queue

from figures import Report
from load import Load, load
from processes import clean_environment, kib, running, status
from queue_run import QUEUE
from stack import CORPUS
from waiting import until

MIB = 1 << 20
# TEI's time for a request, so that the large documents are really at work together.
DELAY = 0.01
LARGE, LARGE_BYTES = 8, 20 * MIB
MOST_MIB, MOST_STEADY_MIB = 256, 64
# Of three chunks each; their URLs come round, so that the load generator for Qdrant need not remember all.
SMALL_BYTES, URLS, BATCH = 2400, 10_000, 1000


def mib(pid: int, name: str) -> float:
    return kib(status(pid)[name]) / 1024


def enqueue(own: Load, documents: Iterable[dict[str, Any]]) -> None:
    queue = Queue(QUEUE, connection=own.binary)
    prepared = [
        queue.prepare_data("worker.index_document_job", (document,), timeout=3600, result_ttl=0)
        for document in documents
    ]
    queue.enqueue_many(prepared)


def await_end(own: Load, seconds: float) -> None:
    """Results are not kept: what is neither waiting nor at work has ended."""
    keys = [f"rq:queue:{QUEUE}", f"rq:wip:{QUEUE}"]
    until("the documents' end", seconds, lambda: own.redis.exists(*keys) == 0)
    if failed := own.redis.zcard(f"rq:failed:{QUEUE}"):
        raise RuntimeError(f"{failed} documents failed")


def large(own: Load, pid: int, texts: list[str], out: Report) -> None:
    idle = mib(pid, "VmRSS")
    text = "\n\n".join(texts)
    body = text * (LARGE_BYTES // len(text) + 1)

    def documents(first: int, count: int) -> Iterator[dict[str, Any]]:
        for number in range(first, first + count):
            yield {"url": f"https://example.org/large/{number}", "markdown": f"# {number}\n\n{body}"[:LARGE_BYTES]}

    enqueue(own, documents(0, 1))
    await_end(own, 120)
    one = mib(pid, "VmHWM")
    enqueue(own, documents(1, LARGE))
    await_end(own, 600)
    peak, after = mib(pid, "VmHWM"), mib(pid, "VmRSS")
    out.figure(
        "memory-large",
        f"worker: {LARGE} documents of 20 MB",
        f"{peak:.0f} MiB at most (at most {MOST_MIB} wanted)",
        f"resident; {idle:.0f} MiB before, {after:.0f} MiB after. One alone: {one:.0f} MiB, which is "
        f"{(one - idle) * MIB / LARGE_BYTES:.1f} times its text",
        peak_mib=round(peak, 1),
        idle_mib=round(idle, 1),
        after_mib=round(after, 1),
        one_mib=round(one, 1),
    )


def steady(own: Load, pid: int, texts: list[str], count: int, out: Report) -> None:
    text = "\n\n".join(texts)
    seen: list[float] = []
    for first in range(0, count, BATCH):
        enqueue(
            own,
            (
                {
                    "url": f"https://example.org/small/{number % URLS}",
                    "markdown": f"# {number}\n\n{text[number % URLS :][:SMALL_BYTES]}",
                }
                for number in range(first, first + BATCH)
            ),
        )
        await_end(own, 120)
        seen.append(mib(pid, "VmRSS"))
    tenth = max(1, len(seen) // 10)
    early, late = max(seen[tenth : 2 * tenth]), max(seen[-tenth:])
    out.figure(
        "memory-steady",
        f"worker: {count} small documents",
        f"{mib(pid, 'VmHWM'):.0f} MiB at most (at most {MOST_STEADY_MIB} wanted)",
        f"resident after the second tenth of them {early:.1f} MiB, after the last {late:.1f} MiB; three chunks each",
        documents=count,
        peak_mib=round(mib(pid, "VmHWM"), 1),
        early_mib=round(early, 1),
        late_mib=round(late, 1),
    )


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    texts = [json.loads(line)["markdown"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    for name, delay in {"large": DELAY, "small": 0}.items():
        with load(folder / name, delay) as own, (folder / f"{name}.log").open("wb") as log:
            environment = clean_environment() | own.settings
            environment |= {"PULSE_STARTUP": "wait", "PULSE_MAX_JOBS_IN_FLIGHT": "16"}
            command = [str(programs / "pulse-worker")]
            with running(command, environment, 30, stdout=log, stderr=log) as process:
                until("the worker's registration", 30, lambda: own.redis.exists("rq:workers") == 1)
                if name == "large":
                    large(own, process.pid, texts, out)
                else:
                    steady(own, process.pid, texts, 10_000 if quick else 100_000, out)
