"""The OpenAPI document that pulse-api serves, held against it by schemathesis."""

import re
import subprocess

import orjson

from context import Context
from front import PAGE, SECRET, WEBHOOK_SECRET, WITH_SECRETS, fronting
from pathlib import Path
from processes import clean_environment
from redis_server import redis_serving
from results import Failed, must
from waiting import until

NAME = "schemathesis"
HOOKS = Path(__file__).with_name("signing.py")
EXAMPLES = 200
# The same examples in every run; another seed finds others.
SEED = 20251111
PAGES = 8


def arguments(context: Context, url: str) -> list[str]:
    return [
        str(context.python.with_name("schemathesis")),
        "run",
        url,
        *("--checks", "all"),
        *("--phases", "examples,coverage,fuzzing,stateful"),
        *("--max-examples", str(EXAMPLES)),
        *("--seed", str(SEED)),
        *("--workers", "1"),
        *("--request-timeout", "30"),
        *("--generation-database", "none"),
        "--no-color",
        "--continue-on-failure",
    ]


def examples(out: str) -> str:
    """The closing figures, as it prints them."""
    wanted = ("API Operations", "Selected", "Tested", "Test cases", "generated", "Test Phases", "✅", "⏭", "❌")
    lines = [line.strip() for line in out.splitlines() if any(part in line for part in wanted)]
    return "; ".join(re.sub(r"\s+", " ", line) for line in lines)


def check(context: Context) -> str:
    stack = context.stack()
    with redis_serving(context.folder / "redis") as redis:
        settings = stack.settings | WITH_SECRETS | {"PULSE_REDIS_URL": redis.url}
        settings["PULSE_QDRANT_COLLECTION"] = "check_api_schema"
        # A worker, so that searches find something and jobs have results.
        with fronting(context.programs, context.folder / "front", settings, workers=1) as front:
            ids = []
            for number in range(PAGES):
                document = {"url": f"https://example.org/schema/{number}", "content": f"# Tides {number}\n\nTwice a day."}
                answer = front.post("/api/index", document, ("Authorization", f"Bearer {SECRET}"))
                must(answer.status == 202, f"/api/index: {answer}")
                ids.append(answer.json["job_id"])
            until(
                "the documents are indexed",
                60,
                lambda: all(redis.client.hget(f"rq:job:{id}", "status") == "finished" for id in ids),
                front.supervisor.log_tail,
            )
            served = front.ask("GET", "/openapi.json")
            must(served.status == 200, f"/openapi.json: {served}")
            operations = sum(
                method in ("get", "post", "put", "delete", "patch", "head", "options")
                for path in orjson.loads(served.body)["paths"].values()
                for method in path
            )
            environment = clean_environment() | {
                "SCHEMATHESIS_HOOKS": HOOKS.stem,
                "PYTHONPATH": str(HOOKS.parent),
                "CHECK_API_SECRET": SECRET,
                "CHECK_API_WEBHOOK_SECRET": WEBHOOK_SECRET,
                "CHECK_API_WEBHOOK_PATH": PAGE,
                "COLUMNS": "150",
            }
            command = arguments(context, f"http://127.0.0.1:{front.port}/openapi.json")
            done = subprocess.run(
                command,
                env=environment,
                cwd=context.folder,
                capture_output=True,
                text=True,
                timeout=3600,
                check=False,
            )
            alive = front.child()
            must(alive["restarts"] == 0, f"pulse-api died {alive['restarts']} times: {alive['deaths']}")
    if done.returncode != 0:
        raise Failed(f"schemathesis left with {done.returncode}:\n{done.stdout[-12000:]}\n{done.stderr[-2000:]}")
    return f"{operations} operations, {EXAMPLES} examples each, seed {SEED}: no failure; {examples(done.stdout)}"
