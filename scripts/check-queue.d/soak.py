"""Three thousand jobs through Pulse's and Python's workers on one queue; workers are killed, Redis is restarted."""

import contextlib
import signal
import time
from typing import TYPE_CHECKING

from job_book import State, check_points, counted, exc_string, leftovers, results, states
from killer import Killer
from production import Job, job, producing
from pulse_workers import fleet
from python_workers import PythonWorkers, python_workers
from redis_server import QUEUE, RedisServer, redis_serving
from results import must
from services import services
from waiting import until

if TYPE_CHECKING:
    from context import Context

NAME = "soak"
VERSIONS = ("2.6.1", "3.0.0")
JOBS, BURST, BURST_SECONDS = 3000, 100, 2.0
SLOTS = [f"worker.{number}" for number in range(1, 5)]
# Of the bursts: before which of them Redis is restarted, and how it is ended.
RESTARTS = {10: signal.SIGTERM, 20: signal.SIGKILL}
# A Python worker's execution is given up for dead 90 s after its last sign; then somebody's maintenance must come by.
LEFT_BY_PYTHON_SECONDS = 150
SETTINGS = {"PULSE_MAX_JOBS_IN_FLIGHT": "4"}


def tend(killer: Killer, python: PythonWorkers, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        killer.turn()
        python.look_after()
        time.sleep(0.02)


def is_pythons(redis: RedisServer, one: Job, state: State) -> bool:
    """Its present state was written by a Python worker, or by what one does when it dies."""
    if state.status == "failed":
        return not (results(redis.client, one)[0].get("worker_name") or "").startswith("pulse-")
    # A job in nobody's hands is Python's only while its own list for that names it: else Pulse may have lost it.
    mine = (state.worker or "").startswith("python-")
    return mine or one.id in redis.client.lrange(f"rq:queue:{QUEUE}:intermediate", 0, -1)


def check_leftovers(redis: RedisServer, pythons: set[str]) -> None:
    """Nothing of Pulse's own, nothing queued; what RQ's registries still hold is of jobs that Python left."""
    keys = leftovers(redis.client)
    ours = {key: size for key, size in keys.items() if key.startswith("pulse:") or key == f"rq:queue:{QUEUE}"}
    must(not ours, f"left over: {ours}")
    members = {member.rpartition(":")[0] or member for member in redis.client.zrange(f"rq:wip:{QUEUE}", 0, -1)}
    members |= set(redis.client.lrange(f"rq:queue:{QUEUE}:intermediate", 0, -1))
    members |= {key.split(":")[2] for key in keys if key.startswith(("rq:execution:", "rq:executions:"))}
    must(members <= pythons, f"left over of jobs that no Python worker left: {sorted(members - pythons)[:5]}")


def verdict(redis: RedisServer, jobs: list[Job]) -> tuple[list[Job], list[str]]:
    """The jobs that Pulse finished, and what Python's workers failed or left behind, each in a line."""
    book, by_pulse, pythons, broken = states(redis.client, jobs), [], [], []
    for one in jobs:
        state = book[one.id]
        if state.status == "finished":
            wrote = results(redis.client, one)
            must(len(wrote) == 1, f"{one.id} has {len(wrote)} results: {wrote}")
            if state.is_pulses:
                by_pulse.append(one)
        elif is_pythons(redis, one, state):
            why = exc_string(redis.client, one).strip().splitlines()[-1] if state.status == "failed" else ""
            pythons.append(f"{one.id} {state.status} by {state.worker}: {why}")
        else:
            text = exc_string(redis.client, one) if state.status == "failed" else ""
            broken.append(f"{one.id} {state} {text}")
    must(not broken, "failed or left by Pulse:\n" + "\n".join(broken[:20]))
    return by_pulse, pythons


def check(context: "Context") -> str:
    jobs = [job(f"job-{number}", sections=1 + number % 3) for number in range(JOBS)]
    with (
        redis_serving(context.folder / "redis") as redis,
        services(context.folder, delay=0.08) as served,
        producing(context.python, redis.url) as producer,
        fleet(context.programs, context.folder, served, SETTINGS | {"PULSE_REDIS_URL": redis.url}) as workers,
        python_workers(context.python, redis.url, context.folder) as python,
    ):
        for slot in SLOTS:
            workers.start(slot)
        killer, begun = Killer(redis, workers, SLOTS), time.monotonic()
        for number, start in enumerate(range(0, JOBS, BURST)):
            if number in RESTARTS:
                redis.send(RESTARTS[number])
                tend(killer, python, 1.5)
                redis.start()
            for one in jobs[start : start + BURST]:
                producer.send(one)
            tend(killer, python, BURST_SECONDS)

        def is_over(but_for_pythons: bool) -> bool:
            tend(killer, python, 0.3)
            book = states(redis.client, jobs)
            open_jobs = [one for one in jobs if book[one.id].status not in ("finished", "failed")]
            if but_for_pythons and not redis.client.llen(f"rq:queue:{QUEUE}"):
                open_jobs = [one for one in open_jobs if not is_pythons(redis, one, book[one.id])]
            return not open_jobs

        until("Pulse's jobs end", 240, lambda: is_over(True), lambda: counted(redis.client, jobs))
        took = time.monotonic() - begun
        kills = f"{killer.kills} workers killed, {killer.hits} of them at work, {killer.spared} spared"
        # Until somebody's maintenance finds what a Python worker left; when nobody does, it is listed below.
        with contextlib.suppress(TimeoutError):
            until("what Python left ends", LEFT_BY_PYTHON_SECONDS, lambda: is_over(False))
        python.stop()
        exits = workers.stop()
        must(set(exits.values()) == {0}, f"exit statuses {exits}")
        by_pulse, pythons = verdict(redis, jobs)
        check_leftovers(redis, {line.split()[0] for line in pythons})
        points = check_points(redis.client, served, by_pulse, begun=jobs)
        inserts = redis.client.hgetall("check:python-inserts")
        twice = sum(int(count) > 1 for count in inserts.values())
    figures = (
        f"{JOBS} jobs in {took:.0f} s: {len(by_pulse)} finished by Pulse with {points} points, "
        f"{JOBS - len(by_pulse) - len(pythons)} by Python ({twice} run twice); {kills}; "
        f"Redis restarted {len(RESTARTS)} times; "
        f"{python.restarts} Python workers left by themselves; {len(pythons)} jobs lost by Python"
    )
    return "\n".join([figures, *pythons])
