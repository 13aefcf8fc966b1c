"""Workers are stopped while jobs are pushed, again and again: what they hand back stands where it stood."""

import random
import threading
import time
from typing import TYPE_CHECKING

from job_book import check_points, leftovers, states
from production import Job, Producer, job, producing
from pulse_workers import Fleet, fleet
from redis_server import QUEUE, RedisServer, redis_serving
from results import must
from services import services
from waiting import until

if TYPE_CHECKING:
    from context import Context

NAME = "stop-order"
VERSIONS = ("2.6.1",)
ROUNDS, WORKERS, IN_FLIGHT = 50, 4, 3
# Ahead of the stop, and while it is under way.
BEFORE, DURING = 16, 24
SETTINGS = {"PULSE_MAX_JOBS_IN_FLIGHT": str(IN_FLIGHT), "PULSE_STOP_TIMEOUT": "1s"}


def jobs_of(number: int) -> list[Job]:
    """Most take longer than a stop may; every seventh is done at once, so that others move up meanwhile."""
    return [job(f"r{number}-{index}", "" if index % 7 == 3 else "[[slow 30]]") for index in range(BEFORE + DURING)]


def push(producer: Producer, jobs: list[Job]) -> None:
    for one in jobs:
        producer.send(one)
        time.sleep(0.002)


def one_round(number: int, redis: RedisServer, producer: Producer, workers: Fleet) -> tuple[int, int, list[Job]]:
    """Jobs in hand when the stop came, jobs pushed before it was over, and those that finished.

    Every fourth time the workers wait for jobs when the stop comes: the first one pushed meets them in their BLMOVE.
    """
    jobs, idle = jobs_of(number), number % 4 == 0
    already = 0 if idle else BEFORE
    producer.put(jobs[:already])
    for slot in range(WORKERS):
        workers.start(f"worker.{slot + 1}", how="exit 0")
    names = {workers.live[f"worker.{slot + 1}"].await_name() for slot in range(WORKERS)}
    if idle:
        time.sleep(0.3)
    else:
        until(
            "all hands are full",
            20,
            lambda: sum(redis.client.hlen(f"pulse:inflight:{name}") for name in names) >= WORKERS * IN_FLIGHT,
        )
    pushed = len(producer.done)
    pushing = threading.Thread(target=push, args=(producer, jobs[already:]))
    pushing.start()
    time.sleep(random.uniform(0, 0.05))
    in_hand = sum(redis.client.hlen(f"pulse:inflight:{name}") for name in names)
    exits = workers.stop()
    during = len(producer.done) - pushed
    pushing.join()
    until("all are pushed", 20, lambda: len(producer.done) == pushed + len(jobs) - already)
    must(set(exits.values()) == {0}, f"round {number}: exit statuses {exits}")
    ended = states(redis.client, jobs)
    finished = [one for one in jobs if ended[one.id].status == "finished"]
    expected = [one.id for one in jobs if ended[one.id].status != "finished"]
    queue = redis.client.lrange(f"rq:queue:{QUEUE}", 0, -1)
    must(queue == expected, f"round {number}: the queue holds {queue} instead of {expected}; workers {sorted(names)}")
    must(not redis.client.scard("pulse:workers"), f"round {number}: still registered after a goodbye")
    left = {key for key in leftovers(redis.client) if not key.startswith("rq:queue:")}
    must(not left, f"round {number}: left over: {left}")
    odd = {id: state for id, state in ended.items() if state.crashes or state.status not in ("queued", "finished")}
    must(not odd, f"round {number}: {odd}")
    redis.client.delete(f"rq:queue:{QUEUE}")
    return in_hand, during, finished


def check(context: "Context") -> str:
    with (
        redis_serving(context.folder / "redis") as redis,
        services(context.folder) as served,
        producing(context.python, redis.url) as producer,
        fleet(context.programs, context.folder, served, SETTINGS | {"PULSE_REDIS_URL": redis.url}) as workers,
    ):
        rounds = [one_round(number, redis, producer, workers) for number in range(ROUNDS)]
        finished = [one for _, _, done in rounds for one in done]
        check_points(redis.client, served, finished)
    handed, during = sum(in_hand for in_hand, _, _ in rounds), sum(during for _, during, _ in rounds)
    return (
        f"{ROUNDS} stops of {WORKERS} workers, {handed} jobs in hand, {during} pushed while they stopped, "
        f"{len(finished)} finished; order kept each time, none lost, failed or in an inbox"
    )
