"""Jobs that pulsectl wrote, beside the same jobs written by python-rq; and both run by a Python worker."""

import json
import subprocess
from typing import Any

import comparison
import interop
from comparison import ABSENT, Difference
from context import Context
from peers import Peer
from processes import clean_environment
from results import Failed, must
from settling import settle

NAME = "enqueue"
QUEUES = ("indexing", "second")
DOCUMENTS = [
    {"url": "https://example.org/plain", "markdown": "# Tides\n\nTwice a day."},
    {
        "url": "https://example.org/all",
        "title": 'It\'s "quoted" \\ and\ttabbed',
        "description": "naïve café ☕ 日本語 \U0001f600",
        "markdown": "# Springs\r\n\r\n" + "Long enough to be cut in the description. " * 40,
        "language": "en",
        "country": "DE",
    },
    {"url": "https://example.org/apostrophe", "title": "the harbour's master", "content": "Under another name."},
]
MARKDOWN = "# Harbours\n\nA harbour is where ships wait.\n"

DIFFERENCES = [
    Difference(
        "jobs/*/hash/group_id",
        "a field since RQ 2.0, which older readers pass over",
        lambda python, pulse: (python, pulse) == (ABSENT, ""),
        lambda release: release < (2, 0),
    ),
]


def check(context: Context) -> str:
    peer = Peer.of(context, context.servers.database())
    ids = enqueued(context, peer)
    twins = peer.ask("twins", ids=ids)
    complaints, compared = [], 0
    for moment in ("queued", "finished"):
        if moment == "finished":
            with peer.working(context.folder / "python", {}, *QUEUES) as name:
                left = settle(peer.database.redis, QUEUES, 20)
                must(not left, f"a Python worker did not run what pulsectl wrote: {left}")
                seen = interop.normalised(snapshot(peer, ids, twins), name)
        else:
            seen = snapshot(peer, ids, twins)
        wrong = {id: job and job["status"] for id, job in seen.items() if not job or job["status"] != moment}
        must(not wrong, f"not {moment}: {wrong}")
        of_python = {"jobs": {id: seen[twin] for id, twin in zip(ids, twins, strict=True)}}
        of_pulse = {"jobs": {id: seen[id] for id in ids}}
        judgement = comparison.judge(of_python, of_pulse, DIFFERENCES, context.release)
        compared += judgement.compared
        complaints += [f"{moment}: {line}" for line in comparison.grouped(judgement.unlisted)]
        complaints += [f"{moment}: listed but not seen: {one.path} ({one.reason})" for one in judgement.unseen]
    if complaints:
        raise Failed("\n".join([f"{len(complaints)} complaints, {compared} values compared", *complaints]))
    return f"{len(ids)} jobs of pulsectl beside their twins, queued and finished: {compared} values compared"


def enqueued(context: Context, peer: Peer) -> list[str]:
    lines, page = context.folder / "documents.jsonl", context.folder / "harbours.md"
    lines.write_text("".join(json.dumps(document) + "\n" for document in DOCUMENTS))
    page.write_text(MARKDOWN)
    return pulsectl(context, peer, str(lines), str(page)) + pulsectl(context, peer, "--queue", "second", str(page))


def pulsectl(context: Context, peer: Peer, *arguments: str) -> list[str]:
    """The ids of the jobs that it wrote."""
    environment = clean_environment() | {"PULSE_REDIS_URL": peer.database.url, "PULSE_RUNTIME_DIR": str(context.folder)}
    command = [str(context.programs / "pulsectl"), "enqueue", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    must(done.returncode == 0, f"pulsectl enqueue left with {done.returncode}: {done.stderr.strip()}")
    return [line.split()[0] for line in done.stdout.splitlines()]


def snapshot(peer: Peer, ids: list[str], twins: list[str]) -> dict[str, Any]:
    jobs = peer.ask("snapshot", ids=ids + twins, queues=list(QUEUES))["jobs"]
    for job in jobs.values():
        if job:
            job.pop("started")
            job.pop("position")
    return jobs
