"""Two containers of one machine, their workers of equal pid: neither takes the other's jobs before that one is dead."""

import signal
import time
from typing import TYPE_CHECKING

from job_book import State, await_ended, check_points, leftovers, states
from production import Job, job, producing
from pulse_workers import Incarnation, fleet
from redis_server import RedisServer, redis_serving
from results import must
from services import services
from waiting import until

if TYPE_CHECKING:
    from context import Context

NAME = "pid-namespaces"
VERSIONS = ("2.6.1",)
ALONE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
# Longer than a sign of life lasts (15 s) and longer than siblings must be connected to judge by it (20 s).
WATCH_SECONDS = 30
TARGET_SECONDS = 25


def held(redis: RedisServer, jobs: list[Job], name: str) -> dict[str, State]:
    return {id: state for id, state in states(redis.client, jobs).items() if state.worker == name}


def take_over(redis: RedisServer, jobs: list[Job], dead: Incarnation) -> float:
    """Kills it; seconds until everything it held is in another's hands."""
    name = dead.await_name()
    orphans = [one for one in jobs if one.id in held(redis, jobs, name)]
    must(orphans, "the victim held nothing")
    killed = time.monotonic()
    dead.kill()
    until(
        "another takes its jobs over",
        60,
        lambda: all(state.worker not in ("", name, None) for state in states(redis.client, orphans).values()),
        lambda: states(redis.client, orphans),
    )
    return time.monotonic() - killed


def check(context: "Context") -> str:
    settings = {"PULSE_MAX_JOBS_IN_FLIGHT": "2"}
    with (
        redis_serving(context.folder / "redis") as redis,
        services(context.folder) as served,
        producing(context.python, redis.url) as producer,
        fleet(context.programs, context.folder, served, settings | {"PULSE_REDIS_URL": redis.url}) as workers,
    ):
        apart = [workers.start(f"worker.{number}", wrap=ALONE) for number in (1, 2)]
        here = workers.start("worker.3")
        names = [one.await_name() for one in (*apart, here)]
        records = [redis.client.hgetall(f"pulse:worker:{name}") for name in names]
        pids, spaces = {row["pid"] for row in records[:2]}, {row["pid_namespace"] for row in records}
        must(pids == {"1"} and len(spaces) == 3, f"not three namespaces with two equal pids: {records}")
        must(len({row["boot_id"] for row in records}) == 1, f"not one machine: {records}")
        jobs = [job(f"job-{number}", mark="[[slow 45]]") for number in range(6)]
        producer.put(jobs)
        until("all are in hand", 20, lambda: all(len(held(redis, jobs, name)) == 2 for name in names))
        before = states(redis.client, jobs)
        end = time.monotonic() + WATCH_SECONDS
        while time.monotonic() < end:
            must(states(redis.client, jobs) == before, f"reclaimed: {before} became {states(redis.client, jobs)}")
            time.sleep(0.1)
        # The others have their hands full: what is taken over waits for the end of their jobs, so a fresh one comes.
        workers.start("worker.4")
        seconds = take_over(redis, jobs, apart[0])
        must(seconds < TARGET_SECONDS, f"taken over only after {seconds:.1f} s")
        apart[1].send(signal.SIGTERM)
        await_ended(redis.client, jobs, 150)
        failed = {id: state for id, state in states(redis.client, jobs).items() if state.status != "finished"}
        must(not failed, f"not finished: {failed}")
        until("nothing is left over", 15, lambda: not leftovers(redis.client), lambda: leftovers(redis.client))
        check_points(redis.client, served, jobs)
    return (
        f"two workers with pid 1 and one outside kept their jobs for {WATCH_SECONDS} s; those of one that was then "
        f"killed were taken over after {seconds:.1f} s (target < {TARGET_SECONDS} s)"
    )
