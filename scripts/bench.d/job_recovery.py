"""From SIGKILL of a worker with a job in its hands to the moment at which the job is claimed again."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from rq import Queue

from figures import Report, spread, spread_values
from stack import CORPUS, Stack
from supervisor import UNLIMITED, UNLIMITED_TEXT, supervising

TARGET_MS = 1000
# Busy for about a second, so that the kill always meets it at work.
DOCUMENT_BYTES = 120_000
POLL_SECONDS = 0.001


def until(what: str, seconds: float, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(POLL_SECONDS)


def text() -> str:
    """Real prose of the size that is wanted."""
    pieces, size = [], 0
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        pieces.append(json.loads(line)["markdown"])
        size += len(pieces[-1].encode())
        if size > DOCUMENT_BYTES:
            break
    return "\n\n".join(pieces).encode()[:DOCUMENT_BYTES].decode(errors="ignore")


def measure(programs: Path, folder: Path, stack: Stack, rounds: int) -> tuple[list[float], int, int]:
    """Milliseconds of each round, and how often its own slot claimed the job again, and put it back into the queue."""
    folder.mkdir()
    latencies, claimed, put_back = [], 0, 0
    indexing, markdown = Queue("indexing", connection=stack.binary), text()
    with supervising(programs, folder, UNLIMITED | stack.settings | {"PULSE_WORKERS": "2"}) as supervisor:
        for _ in range(2):
            supervisor.wait_for_line(": ready after")
        for number in range(rounds):
            document = {"url": f"https://example.org/recovery/{number}", "title": "Recovery", "markdown": markdown}
            job = indexing.enqueue("worker.index_document_job", document, job_timeout="10m")
            key = f"rq:job:{job.id}"

            def holder(key: str = key) -> str:
                status, worker = stack.redis.hmget(key, "status", "worker_name")
                return worker if status == "started" and worker else ""

            until("the job's first claim", 30, lambda: holder() != "")
            first = holder()
            time.sleep(0.1)  # in the middle of its chunks
            pid = int(stack.redis.hget(f"rq:worker:{first}", "pid"))
            killed = time.monotonic_ns()
            os.kill(pid, signal.SIGKILL)
            until("the job's second claim", 30, lambda first=first: holder() not in ("", first))
            latencies.append((time.monotonic_ns() - killed) / 1e6)
            claimed += first.rsplit("-", 1)[0] == holder().rsplit("-", 1)[0]
            # A successor names its predecessor; whoever finds a sibling dead says "of vanished workers".
            put_back += first in supervisor.wait_for_line(" took back 1 job")[1]
            until("the job's end", 60, lambda key=key: stack.redis.hget(key, "status") in ("finished", "failed"))
            if stack.redis.hget(key, "status") != "finished":
                raise RuntimeError(f"job {job.id} failed after its worker was killed once")
            until("both workers ready", 30, lambda: supervisor.status()["workers"]["ready"] == 2)
    return latencies, claimed, put_back


def report(programs: Path, folder: Path, stack: Stack, quick: bool, out: Report) -> None:
    rounds = 5 if quick else 20
    latencies, claimed, put_back = measure(programs, folder, stack, rounds)
    out.figure(
        "job-recovery",
        "kill -9 to job claimed again",
        spread(latencies),
        f"a worker killed at work, {rounds} rounds, 2 workers; {UNLIMITED_TEXT}. Put back into the queue by the dead "
        f"worker's successor {put_back} times, else by its sibling; claimed by the successor {claimed} times, else by "
        f"the sibling, which waits for jobs; all jobs finished; target < {TARGET_MS} ms",
        rounds=rounds,
        put_back_by_successor=put_back,
        claimed_by_successor=claimed,
        target_max_ms=TARGET_MS,
        settings=UNLIMITED,
        **spread_values(latencies),
    )
