"""The OpenAPI document that pulse-api serves, held against it by schemathesis: all checks, all phases."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from context import Context
from front import BEARER, PAGE, SECRET, WEBHOOK_SECRET, WITH_SECRETS, Front, fronting
from processes import clean_environment
from redis_server import RedisServer, redis_serving
from results import Failed, must
from waiting import until

NAME = "schemathesis"
HOOKS = Path(__file__).with_name("signing.py")
# Wanted for each operation that takes anything, and asked for; one that takes nothing can be asked in one way only.
LEAST, ASKED = 200, 220
# The same examples in every run; another seed finds others.
SEED = 20251111
FINISHED, FAILED = 8, 4


def command(context: Context, url: str) -> list[str]:
    return [
        str(context.python.with_name("schemathesis")),
        "run",
        url,
        *("--checks", "all"),
        *("--phases", "examples,coverage,fuzzing,stateful"),
        *("--max-examples", str(ASKED)),
        *("--seed", str(SEED)),
        *("--request-timeout", "30"),
        *("--generation-database", "none"),
        *("--report", "ndjson"),
        *("--report-ndjson-path", str(context.folder / "report.ndjson")),
        "--no-color",
        "--continue-on-failure",
    ]


def some_jobs(front: Front, redis: RedisServer) -> list[str]:
    """Jobs with a result, and such as can be requeued."""
    ids: dict[str, list[str]] = {"finished": [], "failed": []}
    for number in range(FINISHED + FAILED):
        wanted = "finished" if number < FINISHED else "failed"
        text = f"# Tides {number}\n\nTwice a day." if wanted == "finished" else ""
        answer = front.post("/api/index", {"url": f"https://example.org/schema/{number}", "content": text}, BEARER)
        must(answer.status == 202, f"/api/index: {answer}")
        ids[wanted].append(answer.json["job_id"])

    def all_ended() -> bool:
        return all(redis.client.hget(f"rq:job:{id}", "status") == wanted for wanted, some in ids.items() for id in some)

    until("the documents are indexed", 60, all_ended, front.supervisor.log_tail)
    return ids["finished"] + ids["failed"]


def examples(report: Path) -> Counter[str]:
    """By operation, those of the phase whose number can be asked for."""
    counted: Counter[str] = Counter()
    for line in report.read_text().splitlines():
        scenario = json.loads(line).get("ScenarioFinished")
        if scenario and scenario["phase"] == "fuzzing":
            counted[scenario["recorder"]["label"]] += len(scenario["recorder"].get("cases", {}))
    return counted


def taking(document: dict[str, Any]) -> set[str]:
    """Operations that take anything: a parameter or a body."""
    return {
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if operation.get("parameters") or operation.get("requestBody")
    }


def check(context: Context) -> str:
    stack = context.stack()
    with redis_serving(context.folder / "redis") as redis:
        settings = stack.settings | WITH_SECRETS | {"PULSE_REDIS_URL": redis.url}
        settings["PULSE_QDRANT_COLLECTION"] = "check_api_schema"
        # A worker, so that searches find something and jobs have results.
        with fronting(context.programs, context.folder / "front", settings, workers=1) as front:
            ids = some_jobs(front, redis)
            document = front.ask("GET", "/openapi.json").json
            environment = clean_environment() | {
                "SCHEMATHESIS_HOOKS": HOOKS.stem,
                "PYTHONPATH": str(HOOKS.parent),
                "CHECK_API_BEARER": SECRET,
                "CHECK_API_SIGNER": WEBHOOK_SECRET,
                "CHECK_API_WEBHOOK_PATH": PAGE,
                "CHECK_API_JOBS": ",".join(ids),
                "COLUMNS": "150",
            }
            done = subprocess.run(
                command(context, f"http://127.0.0.1:{front.port}/openapi.json"),
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
    counted = examples(context.folder / "report.ndjson")
    few = {name: counted[name] for name in sorted(taking(document)) if counted[name] < LEAST}
    must(not few, f"fewer than {LEAST} examples: {few}")
    cases = next((line.strip() for line in done.stdout.splitlines() if "generated" in line), "?")
    least = min(counted[name] for name in taking(document))
    figures = f"{len(counted)} operations, at least {least} examples of each that takes anything"
    return f"{figures}, no failure; {cases}, seed {SEED}"
