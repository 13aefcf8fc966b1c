"""Redis is away for half a minute, three times in three ways: nobody is taken for dead, no job for a killer."""

import signal
import time
from typing import TYPE_CHECKING

from job_book import await_ended, check_points, counted, leftovers, states
from production import Job, job, producing
from pulse_workers import Fleet, fleet
from redis_server import RedisServer, redis_serving
from results import Failed, must
from services import services
from waiting import until

if TYPE_CHECKING:
    from context import Context

NAME = "redis-away"
VERSIONS = ("2.6.1",)
AWAY_SECONDS, JOBS, IN_FLIGHT = 30, 900, 4
# From its return: signs of life have expired, and after 20 s of connection siblings may draw conclusions from that.
WATCH_SECONDS = 24
ALONE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")


def watch(redis: RedisServer, jobs: list[Job], seconds: float) -> None:
    """No job is counted as crashed, nor failed, at any time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        odd = {
            id: state for id, state in states(redis.client, jobs).items() if state.crashes or state.status == "failed"
        }
        must(not odd, f"after an outage: {odd}")
        time.sleep(0.2)


def outage(redis: RedisServer, way: str) -> None:
    match way:
        case "stopped":
            redis.send(signal.SIGTERM)
            time.sleep(AWAY_SECONDS)
            redis.start()
        case "killed":
            redis.send(signal.SIGKILL)
            time.sleep(AWAY_SECONDS)
            redis.start()
        case "frozen":
            redis.send(signal.SIGSTOP)
            time.sleep(AWAY_SECONDS)
            redis.send(signal.SIGCONT)


def await_progress(redis: RedisServer, jobs: list[Job]) -> float:
    """Seconds until another job is finished."""
    begun, before = time.monotonic(), counted(redis.client, jobs).get("finished", 0)
    until("work goes on", 60, lambda: counted(redis.client, jobs).get("finished", 0) > before)
    return time.monotonic() - begun


def check_quiet(workers: Fleet) -> None:
    """Nobody was buried, and no result dropped."""
    for part in ("took back", "no longer ours", "died of them"):
        if lines := workers.said(part):
            raise Failed(f"a worker said: {lines[:3]}")


def check(context: "Context") -> str:
    jobs = [job(f"job-{number}") for number in range(JOBS)]
    with (
        redis_serving(context.folder / "redis") as redis,
        # Slow enough that there is work for the whole time: 12 jobs each 1.5 s.
        services(context.folder, delay=1.5) as served,
        producing(context.python, redis.url) as producer,
        fleet(
            context.programs,
            context.folder,
            served,
            {"PULSE_REDIS_URL": redis.url, "PULSE_MAX_JOBS_IN_FLIGHT": str(IN_FLIGHT)},
        ) as workers,
    ):
        producer.put(jobs)
        workers.start("worker.1")
        workers.start("worker.2")
        # Seen by the others only by its sign of life.
        workers.start("worker.3", wrap=ALONE)
        back = []
        for way in ("stopped", "frozen", "killed"):
            await_progress(redis, jobs)
            outage(redis, way)
            back.append(f"{way} {await_progress(redis, jobs):.1f} s")
            watch(redis, jobs, WATCH_SECONDS)
        under_way = counted(redis.client, jobs)
        must(under_way.get("queued", 0) > 0, f"the work was over before the outages were: {under_way}")
        ended = await_ended(redis.client, jobs, 180)
        failed = [id for id, state in ended.items() if state.status != "finished"]
        must(not failed, f"not finished: {failed[:5]}")
        check_quiet(workers)
        until("nothing is left over", 5, lambda: not leftovers(redis.client), lambda: leftovers(redis.client))
        points = check_points(redis.client, served, jobs)
    return (
        f"3 outages of {AWAY_SECONDS} s, {JOBS} jobs finished with {points} points, none failed or counted as crashed; "
        f"first job finished after its return: {', '.join(back)}"
    )
