"""A job that kills whoever runs it, among good neighbours: it alone fails, and its failure tells why."""

import re
from typing import TYPE_CHECKING

from job_book import await_ended, check_points, exc_string, leftovers, states
from production import job, producing
from pulse_workers import Fleet, fleet
from redis_server import redis_serving
from results import must
from services import services
from waiting import until

if TYPE_CHECKING:
    from context import Context

NAME = "poison"
VERSIONS = ("2.6.1",)
NEIGHBOURS, WORKERS, LIMIT = 31, 2, 3
# In the middle, so that it has neighbours before and behind it in its first claim.
PLACE = 13


def kill_whoever_embeds(workers: Fleet, seen: int) -> int:
    """Kills the sender of each poisoned request from the `seen`th on, and starts its successor; how many there were."""
    poisoned = [line for line in workers.services.embeds.lines if line.get("mark") == "poison"]
    for line in poisoned[seen:]:
        victim = workers.by_who(line["who"])
        victim.kill()
        workers.start(victim.who.rpartition("-")[0])
    return len(poisoned)


def check(context: "Context") -> str:
    jobs = [job(f"good-{number}") for number in range(NEIGHBOURS)]
    poison = job("bad", mark="[[poison]]")
    jobs.insert(PLACE, poison)
    with (
        redis_serving(context.folder / "redis") as redis,
        services(context.folder, delay=0.2) as served,
        producing(context.python, redis.url) as producer,
        fleet(
            context.programs, context.folder, served, {"PULSE_REDIS_URL": redis.url, "PULSE_MAX_JOBS_IN_FLIGHT": "8"}
        ) as workers,
    ):
        producer.put(jobs)
        for number in range(WORKERS):
            workers.start(f"worker.{number + 1}")
        kills, suspects = 0, set()

        def is_over() -> bool:
            nonlocal kills
            kills = kill_whoever_embeds(workers, kills)
            now = states(redis.client, jobs)
            suspects.update(id for id, state in now.items() if state.crashes > 0)
            return all(state.status in ("finished", "failed") for state in now.values())

        until("all jobs end", 120, is_over, lambda: states(redis.client, jobs))
        ended = await_ended(redis.client, jobs, 1)
        failed = [id for id, state in ended.items() if state.status == "failed"]
        must(failed == ["bad"], f"failed: {failed}")
        must(kills <= LIMIT, f"{kills} workers died of it")
        text = exc_string(redis.client, poison)
        told = [line for line in text.splitlines() if re.search(r"pulse-\S+: ", line)]
        must(len(told) == LIMIT, f"it tells of {len(told)} deaths, not of {LIMIT}:\n{text}")
        named = sum("SIGKILL" in line for line in told)
        # The last one's time is the job's `ended_at`.
        times = sum(bool(re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d|^ *now ", line)) for line in told)
        must(named > 0, f"no signal is named:\n{text}")
        must(times == LIMIT, f"{times} of {LIMIT} deaths have their time:\n{text}")
        until("nothing is left over", 5, lambda: not leftovers(redis.client), lambda: leftovers(redis.client))
        good = [one for one in jobs if one is not poison]
        points = check_points(redis.client, served, good)
    return (
        f"one job failed after {kills} crashes, {NEIGHBOURS} neighbours finished with {points} points; "
        f"{len(suspects) - 1} of them were suspects meanwhile; signal named for {named} of {LIMIT} deaths"
    )
