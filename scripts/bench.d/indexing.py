"""The demo's documents through two workers, and how near that comes to what TEI alone can do."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rq import Queue

from figures import Report
from processes import cpu_seconds, kib, status
from stack import COLLECTION, CORPUS, Stack
from supervisor import supervising

WORKERS = 2
DEADLINE_SECONDS = 600
# As the workers ask: TEI's largest request, several at once.
BATCH, PARALLEL, SAMPLE = 32, 4, 1024


def enqueue(stack: Stack, count: int | None) -> list[str]:
    queue = Queue("indexing", connection=stack.binary)
    documents = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()[:count]]
    return [queue.enqueue("worker.index_document_job", document, job_timeout="10m").id for document in documents]


def await_end(stack: Stack, ids: list[str]) -> list[str]:
    """Until each has ended; how each did."""
    end = time.monotonic() + DEADLINE_SECONDS
    while True:
        pipeline = stack.redis.pipeline(transaction=False)
        for job in ids:
            pipeline.hget(f"rq:job:{job}", "status")
        states = pipeline.execute()
        if all(state in ("finished", "failed") for state in states):
            return states
        if time.monotonic() > end:
            raise TimeoutError(f"the jobs did not end within {DEADLINE_SECONDS} s")
        time.sleep(0.05)


def texts(stack: Stack) -> list[str]:
    """What was embedded, out of the collection."""
    body: dict[str, Any] = {"limit": SAMPLE, "with_payload": ["text"], "with_vector": False}
    answer = stack.post(f"{stack.qdrant}/collections/{COLLECTION}/points/scroll", json.dumps(body).encode())
    return [point["payload"]["text"] for point in answer["result"]["points"]]


def count(stack: Stack) -> int:
    answer = stack.post(f"{stack.qdrant}/collections/{COLLECTION}/points/count", b'{"exact":true}')
    return answer["result"]["count"]


def cpu(stack: Stack, workers: list[int]) -> dict[str, float]:
    return {"workers": sum(map(cpu_seconds, workers))} | {name: cpu_seconds(pid) for name, pid in stack.pids.items()}


def limit(stack: Stack) -> float:
    """Chunks a second when TEI is asked for the same texts and nothing else is done."""
    inputs = texts(stack)
    bodies = [
        json.dumps({"inputs": inputs[start : start + BATCH], "truncate": False}).encode()
        for start in range(0, len(inputs), BATCH)
    ]
    begin = time.monotonic()
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(lambda body: len(stack.post(f"{stack.tei}/embed", body)), bodies))
    return len(inputs) / (time.monotonic() - begin)


def report(programs: Path, folder: Path, stack: Stack, quick: bool, out: Report) -> None:
    folder.mkdir()
    # A collection of this measurement's own: what others left must not count.
    stack.forget()
    with supervising(programs, folder, stack.settings | {"PULSE_WORKERS": str(WORKERS)}) as supervisor:
        for _ in range(WORKERS):
            supervisor.wait_for_line(": ready after")
        workers = [slot["pid"] for slot in supervisor.slots().values()]
        idle = [kib(status(pid)["VmRSS"]) for pid in workers]
        before = cpu(stack, workers)
        begin = time.monotonic()
        ids = enqueue(stack, 40 if quick else None)
        states = await_end(stack, ids)
        took = time.monotonic() - begin
        spent = {name: seconds - before[name] for name, seconds in cpu(stack, workers).items()}
        facts = [status(pid) for pid in workers]
        chunks = count(stack)
        best = limit(stack)
    failed = states.count("failed")
    if failed:
        raise RuntimeError(f"{failed} of {len(ids)} jobs failed")
    peaks = [kib(fact["VmHWM"]) for fact in facts]
    share = 100 * chunks / took / best
    # Steadier than the two rates when the machine has other work: how far TEI was kept busy.
    busy = 100 * spent["tei"] / took / len(os.sched_getaffinity(0))
    costs = ", ".join(f"{name} {seconds:.1f}" for name, seconds in spent.items())
    out.figure(
        "indexing",
        "indexing the demo's documents",
        f"{len(ids) / took:.1f} documents/s, {chunks / took:.0f} chunks/s",
        f"{len(ids)} documents = {chunks} chunks in {took:.1f} s, {WORKERS} workers, first enqueue to last end. "
        f"TEI alone, {PARALLEL} requests of {BATCH} at once over up to {SAMPLE} of these chunks: {best:.0f} chunks/s; "
        f"this is {share:.0f} % of that. CPU seconds: {costs}; TEI had {busy:.0f} % of all cores' time",
        documents=len(ids),
        chunks=chunks,
        seconds=round(took, 2),
        documents_per_s=round(len(ids) / took, 2),
        chunks_per_s=round(chunks / took, 1),
        tei_chunks_per_s=round(best, 1),
        tei_busy_percent=round(busy, 1),
        workers=WORKERS,
        cpu_seconds={name: round(seconds, 2) for name, seconds in spent.items()},
    )
    now = [kib(fact["VmRSS"]) for fact in facts]
    threads = [int(fact["Threads"]) for fact in facts]
    out.figure(
        "worker-memory",
        "worker: peak resident memory",
        f"{mib(peaks)} MiB",
        f"after that work; before it {mib(idle)} MiB, now {mib(now)} MiB; {mib(threads, 1)} threads",
        peak_kib=peaks,
        idle_kib=idle,
        after_kib=now,
        threads=threads,
    )


def mib(values: list[int], unit: int = 1024) -> str:
    return " and ".join(f"{value / unit:.0f}" for value in values)
