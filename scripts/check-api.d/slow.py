"""Slow clients that come back at once, beside producers that are not slow: these must not notice."""

import json
import subprocess
import sys
import time
from pathlib import Path

import orjson

import kept_promises
from asking import JSON
from context import Context
from figures import percentile
from front import BEARER, SECRET, WITH_SECRETS, Front, fronting
from processes import clean_environment, running
from producers import TEXT, Ledger
from redis_server import redis_serving
from results import Failed, must

NAME = "slow"
PROGRAM = Path(__file__).with_name("slow_clients.py")
# As many as there is room for, which nobody else may notice; and more than that, when everybody is still answered.
COUNTS = (500, 1500)
SECONDS, LIMIT_MS = 20, 100


def measured(front: Front, seconds: float, ledger: Ledger) -> tuple[list[float], list[float]]:
    """Milliseconds of POST /api/index and of GET /health, each on a connection of its own."""
    indexing, health = [], []
    end = time.monotonic() + seconds
    while (begun := time.monotonic()) < end:
        url = f"https://example.org/slow/{len(ledger.sent)}"
        ledger.sent.add(url)
        answer = front.ask("POST", "/api/index", orjson.dumps({"url": url, "content": TEXT}), [JSON, BEARER])
        must(answer.status == 202, f"/api/index beside slow clients: {answer}")
        ledger.promised[url] = answer.json["job_id"]
        indexing.append(1000 * (time.monotonic() - begun))
        if len(indexing) % 10 == 0:
            asked = time.monotonic()
            answer = front.ask("GET", "/health")
            must(answer.status == 200, f"/health beside slow clients: {answer}")
            health.append(1000 * (time.monotonic() - asked))
    return indexing, health


def round_of(front: Front, count: int, ledger: Ledger) -> str:
    command = [sys.executable, str(PROGRAM), str(front.port), str(count)]
    with running(
        command, clean_environment() | {"CHECK_API_BEARER": SECRET}, 15, stdout=subprocess.PIPE, text=True
    ) as crowd:
        must("connected" in crowd.stdout.readline(), "the slow clients did not come up")
        indexing, health = measured(front, SECONDS, ledger)
        crowd.terminate()
        told = json.loads(crowd.stdout.readline())
    p99 = percentile(indexing, 0.99)
    text = (
        f"{count} slow clients, back {sum(told['reopened'])} times: /api/index p50 {percentile(indexing, 0.5):.1f} "
        f"p99 {p99:.1f} max {max(indexing):.1f} ms over {len(indexing)}; "
        f"/health p99 {percentile(health, 0.99):.1f} ms over {len(health)}"
    )
    must(all(told["reopened"]), f"not every kind was thrown out: {told}, {text}")
    if count == COUNTS[0] and p99 >= LIMIT_MS:
        raise Failed(f"{text}: not below {LIMIT_MS} ms")
    return text


def check(context: Context) -> str:
    stack, ledger = context.stack(), Ledger()
    with redis_serving(context.folder / "redis") as redis:
        settings = stack.settings | WITH_SECRETS | {"PULSE_REDIS_URL": redis.url}
        with fronting(context.programs, context.folder / "front", settings) as front:
            pid = front.child()["pid"]
            lines = [round_of(front, count, ledger) for count in COUNTS]
            must(front.child()["pid"] == pid, "pulse-api did not live through it")
        lines.append(kept_promises.check(redis.client, ledger))
    return "\n".join(lines)
