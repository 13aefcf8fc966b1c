"""The same jobs through pulse-worker and through a Python worker: whatever python-rq then reads must be equal."""

import json
import re
from typing import Any

import comparison
import pulse
from comparison import Found
from context import Context, Database
from differences import DIFFERENCES
from peers import Peer
from results import Failed, must
from settling import settle
from waiting import until

NAME = "interop"
VARIANTS = ("default", "json")
QUEUES = ("indexing", "second")
SETTLE_SECONDS = 25
Facts = dict[str, Any]


def check(context: Context) -> str:
    by_pulse, by_python = (Peer.of(context, context.servers.database(), context.variant) for _ in range(2))
    scenarios = by_pulse.ask("scenarios")
    must(by_python.ask("scenarios") == scenarios, "the same producer wrote two different sets of jobs")
    for peer in (by_pulse, by_python):
        await_expiry(peer.database)

    seen_of_pulse, left = run_pulse(context, by_pulse, scenarios)
    seen_of_python = run_python(context, by_python, scenarios, lessons(scenarios, seen_of_pulse))
    judgement = comparison.judge(seen_of_python, seen_of_pulse, DIFFERENCES, context.release)

    wrong = wrong_statuses(scenarios, seen_of_pulse)
    complaints = [f"still moves after {SETTLE_SECONDS} s: {what}" for what in left] + list(wrong.values())
    complaints += comparison.grouped(news(judgement.unlisted, set(wrong)))
    complaints += [f"listed but not seen: {one.path} ({one.reason})" for one in judgement.unseen if not wrong]
    figures = f"{len(scenarios)} jobs, {judgement.compared} values compared, {judgement.listed} listed differences"
    if complaints:
        raise Failed("\n".join([f"{len(complaints)} complaints; {figures}", *complaints]))
    return figures


def news(unlisted: list[Found], wrong: set[str]) -> list[Found]:
    """Without what follows from a job's wrong status, and what was still so after the worker's goodbye."""
    told = {(found.path, found.values()) for found in unlisted}
    return [
        found
        for found in unlisted
        if not wrong & set(re.split("[/:]", found.path))
        and not (wrong and found.path.startswith(("info", "order", "workers/0/successful", "workers/0/failed")))
        and (found.path.removeprefix("after/") == found.path or (found.path[6:], found.values()) not in told)
    ]


def await_expiry(database: Database) -> None:
    until("the job `expired` has expired", 10, lambda: not database.redis.exists("rq:job:expired"))


def run_pulse(context: Context, peer: Peer, scenarios: list[Facts]) -> tuple[Facts, list[str]]:
    """What python-rq sees of it, and what had not come to rest."""
    # One job at a time, as a Python worker: else the order of starts would say nothing.
    settings = {"PULSE_QUEUES": ",".join(QUEUES), "PULSE_MAX_JOBS_IN_FLIGHT": "1"}
    with pulse.working(context, context.folder / "pulse", peer.database, **settings) as worker:
        left = settle(peer.database.redis, QUEUES, SETTLE_SECONDS)
        seen = snapshot(peer, scenarios, worker.name)
    must(worker.process.returncode == 0, f"pulse-worker left with {worker.process.returncode}:\n{worker.said()}")
    return seen | {"after": normalised(peer.ask("after"), worker.name)}, left


def run_python(context: Context, peer: Peer, scenarios: list[Facts], taught: Facts) -> Facts:
    with peer.working(context.folder / "python", taught, *QUEUES) as name:
        left = settle(peer.database.redis, QUEUES, SETTLE_SECONDS)
        must(not left, f"the Python worker did not come to rest: {left}")
        seen = snapshot(peer, scenarios, name)
    return seen | {"after": normalised(peer.ask("after"), name)}


def snapshot(peer: Peer, scenarios: list[Facts], worker: str) -> Facts:
    seen = facts(peer, [scenario["id"] for scenario in scenarios], worker)
    started = {id: job.pop("started") for id, job in seen["jobs"].items() if job is not None}
    # Of a job that ran more than once the last start is known, which says nothing about when its turn came.
    once = [scenario["id"] for scenario in scenarios if not scenario["again"] and started.get(scenario["id"])]
    return seen | {"order": sorted(once, key=lambda id: started[id])}


def facts(peer: Peer, ids: list[str], worker: str) -> Facts:
    seen = normalised(peer.ask("snapshot", ids=ids, queues=list(QUEUES)), worker)
    for name in ("info", "info_raw", "info_by_queue"):
        lines = [re.sub(r"<worker> \([^)]*\)", "<worker> (<where>)", line) for line in seen[name]]
        # How many jobs each worker did is compared by itself.
        lines = [re.sub(r"jobs: \d+ finished, \d+ failed", "jobs: <counted>", line) for line in lines]
        seen[name] = [line.rstrip() for line in lines if not line.startswith("Updated:")]
    for one in seen["workers"]:
        must(one.pop("pid") > 0, "a worker without a pid")
        one["ip_address"] = re.sub(r"^[0-9.]+:\d+$", "<address>:<port>", one["ip_address"])
    return seen


def normalised(seen: Facts, worker: str) -> Facts:
    """Without the names that any two runs have different."""
    text = json.dumps(seen).replace(worker, "<worker>")
    return json.loads(re.sub(r"(rq:scheduler:)[^\"]+", r"\1<name>", text))


def lessons(scenarios: list[Facts], seen: Facts) -> Facts:
    """What Pulse's jobs came to, oldest first, where it is what was expected of them."""
    taught = {}
    for scenario in scenarios:
        results = (seen["jobs"][scenario["id"]] or {}).get("results", [])
        match scenario["expected"]:
            case "finished":
                outcomes = [["return", one["return_value"]] for one in results if one["type"] == "SUCCESSFUL"]
            case "failed":
                reasons = [one["exc_string"] for one in results if one["type"] == "FAILED"]
                outcomes = [["raise", reason] for reason in reasons or ["Pulse did not come to a failure"]]
            case _:
                outcomes = [["raise", "the document has no url"]] if scenario["fails"] else []
        taught[scenario["id"]] = outcomes[::-1]
    return taught


def wrong_statuses(scenarios: list[Facts], seen: Facts) -> dict[str, str]:
    """A complaint by the job's id. Equal to Python's is not enough, since Python was taught by Pulse."""
    complaints = {}
    for scenario in scenarios:
        job = seen["jobs"][scenario["id"]]
        status = job and job["status"]
        if status != scenario["expected"]:
            reason = f": {job['exc_info'].strip()[-200:]}" if job and job["exc_info"] else ""
            complaints[scenario["id"]] = f"{scenario['id']} is {status}, expected {scenario['expected']}{reason}"
    return complaints
