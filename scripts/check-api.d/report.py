"""The failure report's own steps to verify a repair, as it wrote them, and the log line of the processed job."""

import json
import shlex
import subprocess
from typing import Any

from context import Context
from documented import blocks_for
from front import SECRET, Front, fronting
from results import Failed, must
from waiting import until

NAME = "report"
PORT = 52100
# As docs/migration.md has them.
HEALTH, INDEX = blocks_for("scripts/check-api --only report")[0].text.splitlines()
ALL_HEALTHY = {"redis": "healthy", "qdrant": "healthy", "tei": "healthy"}


def typed(command: str, *more: str) -> tuple[int, Any]:
    """What a person at a shell gets: the status and the body's JSON."""
    line = [*shlex.split(command), "--silent", "--show-error", "--write-out", "\n%{http_code}", *more]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    must(done.returncode == 0, f"{command}: curl left with {done.returncode}: {done.stderr.strip()}")
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


def healthy() -> dict[str, Any] | None:
    status, told = typed(HEALTH)
    return told if status == 200 and told["status"] == "healthy" else None


def processed(context: Context, front: Front, *headers: str) -> str:
    """Both steps; answers with the log line."""
    told = until("GET /health says healthy", 60, healthy, lambda: typed(HEALTH))
    must(told["services"] == ALL_HEALTHY, f"{HEALTH}: {told}")
    status, queued = typed(INDEX, *headers)
    must(status == 202 and queued["status"] == "queued", f"{INDEX}: {status} {queued}")
    must(queued["message"] == "Document queued for indexing: https://example.com", f"{INDEX}: {queued}")
    _, line = front.supervisor.wait_for_line(queued["job_id"], 60)
    must("https://example.com" in line, f"the log names the job but not its document: {line}")
    job = f"rq:job:{queued['job_id']}"
    until("the job is finished", 30, lambda: context.stack().redis.hget(job, "status") == "finished")
    return line


def check(context: Context) -> str:
    settings = context.stack().settings | {"PULSE_REPORT_INTERVAL": "0.5s"}
    with fronting(context.programs, context.folder / "open", settings, port=PORT, workers=1) as front:
        without = processed(context, front)
    secured = settings | {"PULSE_API_SECRET": SECRET}
    with fronting(context.programs, context.folder / "secured", secured, "0.0.0.0", PORT, workers=1) as front:
        status, refused = typed(INDEX)
        if status != 401:
            raise Failed(f"without the secret: {status} {refused}")
        with_secret = processed(context, front, "-H", f"Authorization: Bearer {SECRET}")
    return f"without a secret: {without.strip()}\nwith one: {with_secret.strip()}; without it 401 {refused}"
