"""Asks python-rq and Qdrant whether every job did what it says: reads the lines that `local.enqueue` printed.

A job counts when `get_status()` is `finished` and its result says so; over distinct URLs the sum of `chunks_indexed`
must be the collection's exact point count. Exit 1 names everything that is not as it should be.
"""

import argparse
import json
import os
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from redis import Redis
from rq.job import Job, JobStatus

ENDED = {"finished", "failed", "stopped", "canceled", None}
POLL_SECONDS = 0.25
SHOW_SECONDS = 2.0


def statuses(redis: Redis, ids: list[str]) -> Counter[str | None]:
    pipeline = redis.pipeline(transaction=False)
    for job_id in ids:
        pipeline.hget(Job.key_for(job_id), "status")
    return Counter(value.decode() if value else None for value in pipeline.execute())


def await_end(redis: Redis, ids: list[str], seconds: float) -> bool:
    """Shows progress on stderr until every job has ended; False when the time is over first."""
    begin, shown = time.monotonic(), 0.0
    while True:
        counts = statuses(redis, ids)
        left = sum(count for status, count in counts.items() if status not in ENDED)
        now = time.monotonic()
        over = left == 0 or now - begin > seconds
        if over or now - shown >= SHOW_SECONDS:
            text = " ".join(f"{status or 'missing'} {count}" for status, count in sorted(counts.items(), key=str))
            print(f"{now - begin:5.1f} s  {text}", file=sys.stderr, flush=True)
            shown = now
        if over:
            return left == 0
        time.sleep(POLL_SECONDS)


def check_job(job: Job | None, line: dict[str, str]) -> tuple[int, str | None]:
    """Its chunks, and what is wrong with it."""
    if job is None:
        return 0, f"{line['id']} {line['url']}: no such job"
    status = job.get_status()
    if status != JobStatus.FINISHED:
        reason = (job.latest_result().exc_string or "").strip().splitlines()[-1:] if job.latest_result() else []
        return 0, f"{job.id} {line['url']}: {status.value if status else None} {' '.join(reason)}"
    result = job.return_value()
    if not isinstance(result, dict) or result.get("success") is not True or result.get("url") != line["url"]:
        return 0, f"{job.id} {line['url']}: finished with {result!r}"
    chunks = result.get("chunks_indexed")
    if type(chunks) is not int or chunks < 1 or type(result.get("total_tokens")) is not int:
        return 0, f"{job.id} {line['url']}: {chunks!r} chunks, {result.get('total_tokens')!r} tokens"
    return chunks, None


def exact_count(url: str, collection: str, key: str | None) -> int:
    headers = {"content-type": "application/json"} | ({"api-key": key} if key else {})
    request = urllib.request.Request(f"{url}/collections/{collection}/points/count", b'{"exact":true}', headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        body: dict[str, Any] = json.load(answer)
    return int(body["result"]["count"])


def show_job(job_id: str) -> int:
    """Status, and the worker that wrote the newest result."""
    job = Job.fetch(job_id, connection=Redis.from_url(os.environ.get("PULSE_REDIS_URL", "redis://127.0.0.1:16379/0")))
    result = job.latest_result()
    print(job.get_status().value, result.worker_name if result else "-")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        "local.verify", description="Checks jobs through python-rq and their points in Qdrant"
    )
    parser.add_argument("ids", type=Path, nargs="?", help="file with the lines of local.enqueue (default: stdin)")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="show progress until all have ended")
    parser.add_argument("--job", metavar="ID", help="only print this job's status and who finished it")
    options = parser.parse_args()
    if options.job:
        return show_job(options.job)
    text = options.ids.read_text() if options.ids else sys.stdin.read()
    lines = [json.loads(line) for line in text.splitlines() if line.strip()]
    redis = Redis.from_url(os.environ.get("PULSE_REDIS_URL", "redis://127.0.0.1:16379/0"))
    ids = [line["id"] for line in lines]
    if options.wait and not await_end(redis, ids, options.wait):
        print(f"verify: not all jobs ended within {options.wait:g} s", file=sys.stderr)

    chunks: dict[str, int] = {}
    failures = [] if lines else ["no jobs given"]
    for line, job in zip(lines, Job.fetch_many(ids, connection=redis), strict=True):
        chunks[line["url"]], failure = check_job(job, line)
        failures += [failure] if failure else []
    points = exact_count(
        os.environ.get("PULSE_QDRANT_URL", "http://127.0.0.1:16333").rstrip("/"),
        os.environ.get("PULSE_QDRANT_COLLECTION", "pulse_docs"),
        os.environ.get("PULSE_QDRANT_API_KEY"),
    )
    total = sum(chunks.values())
    if points != total:
        failures.append(f"the collection holds {points} points, the jobs report {total} chunks of {len(chunks)} URLs")
    for failure in failures:
        print(f"verify: {failure}", file=sys.stderr)
    if not failures:
        print(f"{len(lines)} jobs finished, {len(chunks)} URLs, {total} chunks = {points} points")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
