"""Every kind of job that the API writes, run by a real python-rq worker whose function validates the old fields."""

import subprocess
from pathlib import Path
from typing import Any

import orjson

from context import Context
from front import BEARER, PAGE, WITH_SECRETS, Front, fronting, signature
from processes import clean_environment
from redis_server import QUEUE, redis_serving
from results import Failed, must

NAME = "interop"
FUNCTIONS = Path(__file__).with_name("old_product")
OUTCOMES = Path(__file__).with_name("outcomes.py")
URL = "https://example.org/interop"
TEXT = "# Tides\n\nThe moon pulls the sea twice a day. naïve café ☕ 日本語 \U0001f600 'quoted' \"doubly\""
Fields = dict[str, Any]

# What is missing is filled in as the old service's own model did.
DEFAULTS: Fields = {
    "resolved_url": URL,
    "html": "",
    "status_code": 200,
    "gcs_path": None,
    "screenshot_url": None,
    "title": None,
    "description": None,
    "language": None,
    "country": None,
    "is_mobile": False,
}
SNAKE: Fields = {
    "url": URL,
    "resolved_url": f"{URL}/resolved",
    "title": "Tides",
    "description": "Of the sea",
    "markdown": TEXT,
    "html": "<h1>Tides</h1>",
    "status_code": 203,
    "gcs_path": "gs://bucket/tides",
    "screenshot_url": "https://example.org/tides.png",
    "language": "en",
    "country": "DE",
    "is_mobile": True,
}
CAMEL_NAMES = {
    "resolved_url": "resolvedUrl",
    "status_code": "statusCode",
    "gcs_path": "gcsPath",
    "screenshot_url": "screenshotUrl",
    "is_mobile": "isMobile",
}


def camel(fields: Fields) -> Fields:
    return {CAMEL_NAMES.get(name, name): value for name, value in fields.items()}


def crawled(number: int) -> Fields:
    """One item of a crawl's page, as the live producer sends it."""
    metadata = {"url": f"{URL}/{number}", "statusCode": 200, "title": f"Page {number}", "language": "en"}
    if number == 2:
        metadata |= {"sourceURL": f"{URL}/{number}/source", "country": "FR", "description": "The second"}
    item = {"markdown": f"{TEXT}\n\n{number}", "metadata": metadata}
    return item if number == 3 else item | {"html": f"<p>{number}</p>"}


def expected_of_crawl(number: int) -> Fields:
    metadata = crawled(number)["metadata"]
    given = {
        "url": metadata["url"],
        "resolved_url": metadata.get("sourceURL", metadata["url"]),
        "markdown": f"{TEXT}\n\n{number}",
        "html": "" if number == 3 else f"<p>{number}</p>",
        "title": metadata["title"],
        "language": "en",
        "description": metadata.get("description"),
        "country": metadata.get("country"),
    }
    return camel(DEFAULTS | given) | {"crawl_id": "crawl-7"}


def queued(front: Front) -> dict[str, Fields]:
    """Job ids with the fields that a worker must be called with."""
    jobs: dict[str, Fields] = {}

    def index(body: Fields, expected: Fields) -> None:
        answer = front.post("/api/index", body, BEARER)
        must(answer.status == 202, f"/api/index: {answer}")
        jobs[answer.json["job_id"]] = expected

    index({"url": URL, "content": TEXT}, DEFAULTS | {"url": URL, "markdown": TEXT})
    index({"url": URL, "markdown": TEXT, "unknown": {"key": [1]}}, DEFAULTS | {"url": URL, "markdown": TEXT})
    index(SNAKE, SNAKE)
    index(camel(SNAKE), SNAKE)

    batch = [{"url": f"{URL}/batch/{number}", "content": f"{TEXT} {number}"} for number in range(3)]
    answer = front.post("/api/index/batch", batch, BEARER)
    must(answer.status == 202, f"/api/index/batch: {answer}")
    expected = [DEFAULTS | {"url": one["url"], "resolved_url": one["url"], "markdown": one["content"]} for one in batch]
    jobs |= dict(zip(answer.json["job_ids"], expected, strict=True))

    for event, named in (("crawl.page", "id"), ("batch_scrape.page", "jobId")):
        page = {"success": True, "type": event, named: "crawl-7", "data": [crawled(n) for n in (1, 2, 3)]}
        body = orjson.dumps(page)
        headers = [("Content-Type", "application/json"), ("X-Firecrawl-Signature", signature(body))]
        answer = front.ask("POST", PAGE, body, headers)
        must(answer.status == 202 and answer.json["queued_jobs"] == 3, f"{event}: {answer}")
        jobs |= dict(zip(answer.json["job_ids"], [expected_of_crawl(n) for n in (1, 2, 3)], strict=True))
    return jobs


def run_by_python(context: Context, url: str) -> str:
    """All that is queued, by a worker of python-rq that ends when nothing is left; what it said."""
    command = [str(context.python), "-m", "rq.cli", "worker", "--burst", "--url", url]
    command += ["--worker-class", "rq.SimpleWorker", QUEUE]
    environment = clean_environment() | {"PYTHONPATH": str(FUNCTIONS), "TZ": "UTC"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    must(done.returncode == 0, f"the Python worker left with {done.returncode}: {done.stderr[-1500:]}")
    return done.stderr


def outcomes(context: Context, url: str, ids: list[str]) -> dict[str, Fields]:
    command = [str(context.python), str(OUTCOMES), url]
    environment = clean_environment() | {"PYTHONPATH": str(FUNCTIONS)}
    done = subprocess.run(
        command, input=orjson.dumps(ids), env=environment, capture_output=True, timeout=60, check=False
    )
    must(done.returncode == 0, f"outcomes.py left with {done.returncode}: {done.stderr.decode()[-1500:]}")
    return orjson.loads(done.stdout)


def differences(expected: Fields, seen: Fields) -> list[str]:
    """Of a value and of its type: True is not 1 here."""
    wrong = []
    for name in sorted(expected.keys() | seen.keys()):
        wanted, got = expected.get(name, ...), seen.get(name, ...)
        if wanted != got or type(wanted) is not type(got):
            wrong.append(f"{name}: {got!r}, not {wanted!r}")
    return wrong


def check(context: Context) -> str:
    stack = context.stack()
    with redis_serving(context.folder / "redis") as redis:
        settings = stack.settings | WITH_SECRETS | {"PULSE_REDIS_URL": redis.url}
        with fronting(context.programs, context.folder / "front", settings) as front:
            jobs = queued(front)
            waiting = redis.client.llen(f"rq:queue:{QUEUE}")
            must(waiting == len(jobs), f"{waiting} jobs in the queue, not {len(jobs)}")
            run_by_python(context, redis.url)
        complaints = []
        for id, outcome in outcomes(context, redis.url, list(jobs)).items():
            if outcome["status"] != "finished":
                complaints.append(f"{id} is {outcome['status']}: {(outcome['exc_info'] or '').strip()[-600:]}")
            elif wrong := differences(jobs[id], outcome["returned"]):
                complaints.append(f"{id}: {'; '.join(wrong)}")
    if complaints:
        raise Failed("\n".join([f"{len(complaints)} of {len(jobs)} jobs", *complaints]))
    return f"{len(jobs)} jobs of 4 routes run by python-rq 2.6.1, every field validated by pydantic and as it was sent"
