"""A worker freezes at work; another one takes its job over, and the thawed one writes nothing about it any more."""

import signal
import time
from typing import TYPE_CHECKING

from job_book import await_ended, check_points, leftovers, results
from production import Job, Producer, job, producing
from pulse_workers import Fleet, Incarnation, fleet
from redis_server import RedisServer, redis_serving
from results import must
from services import Services, services
from waiting import until

if TYPE_CHECKING:
    from context import Context

NAME = "frozen"
VERSIONS = ("2.6.1",)
# In 60 s everything falls due. In 17 s it does not: the next refresh of the claims in hand comes after TEI's answer.
# Seconds, and whether TEI answers during the freeze, so that the answer waits for the thaw, or soon after it.
FREEZES = ((60, True), (17, True), (17, False), (17, False))
# A worker that is new to Redis judges nobody by its sign of life for this long.
PATIENCE_SECONDS = 21
# Each by itself: where a frozen process can be seen, its pid shows that it lives.
ALONE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")


def embeds(served: Services, one: Job) -> list[dict]:
    return [line for line in served.embeds.lines if f"Part 0 of {one.id}\n" in line.get("text", "")]


def writes(served: Services, who: Incarnation, one: Job, since: float) -> list[str]:
    """What it asked Qdrant to write about the document, beginning after that moment."""
    mine = (line for line in served.writes.lines if line.get("who") == who.who and line["came"] > since)
    return [f"{line['path']} +{line['came'] - since:.2f} s" for line in mine if one.id in line["body"]]


def await_refresh(redis: RedisServer, one: Job) -> None:
    """Until its worker has said that it still runs."""
    key = next(redis.client.scan_iter(f"rq:execution:{one.id}:*", count=1000))
    before = redis.client.hget(key, "last_heartbeat")
    until("a refresh", 40, lambda: redis.client.hget(key, "last_heartbeat") != before)


def sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def freeze(number: int, redis: RedisServer, served: Services, producer: Producer, workers: Fleet) -> tuple[Job, float]:
    """The job, and when it was taken over, counted from the freeze."""
    seconds, is_answered_frozen = FREEZES[number]
    one = job(f"frozen-{number}", mark="[[held]]", sections=3)
    producer.put([one])
    first = until("it embeds", 10, lambda: next(iter(embeds(served, one)), None))
    await_refresh(redis, one)
    victim = workers.by_who(first["who"])
    victim.send(signal.SIGSTOP)
    frozen = time.monotonic()
    again = until(
        "another takes it over", seconds, lambda: next((e for e in embeds(served, one) if e["who"] != victim.who), None)
    )
    if is_answered_frozen:
        served.release()
    sleep_until(frozen + seconds)
    victim.send(signal.SIGCONT)
    thawed = time.monotonic()
    # Time enough for the thawed worker to learn that it counts as alive again.
    sleep_until(thawed + 2)
    served.release()
    ended = await_ended(redis.client, [one], 90)[one.id]
    time.sleep(2)  # a late writer's chance
    late = writes(served, victim, one, thawed)
    must(not late, f"frozen for {seconds} s, it then wrote {late} about the other's job (log: {victim.log})")
    outcomes = results(redis.client, one)
    must(ended.status == "finished" and len(outcomes) == 1, f"{ended}, results {outcomes}")
    other = workers.by_who(again["who"])
    must(outcomes[0]["worker_name"] == other.name, f"finished by {outcomes[0]['worker_name']}, not {other.name}")
    return one, again["at"] - frozen


def check(context: "Context") -> str:
    with (
        redis_serving(context.folder / "redis") as redis,
        services(context.folder) as served,
        producing(context.python, redis.url) as producer,
        fleet(context.programs, context.folder, served, {"PULSE_REDIS_URL": redis.url}) as workers,
    ):
        for number in (1, 2):
            workers.start(f"worker.{number}", wrap=ALONE).await_name()
        time.sleep(PATIENCE_SECONDS)
        done = [freeze(number, redis, served, producer, workers) for number in range(len(FREEZES))]
        exits = workers.stop()
        must(set(exits.values()) == {0}, f"exit statuses {exits}")
        left = leftovers(redis.client)
        must(not left, f"left over: {left}")
        points = check_points(redis.client, served, [one for one, _ in done])
    took = ", ".join(f"{after:.0f}" for _, after in done)
    freezes = ", ".join(str(seconds) for seconds, _ in FREEZES)
    return (
        f"frozen for {freezes} s, taken over after {took} s; each job finished once, by the other; "
        f"the thawed one wrote nothing; {points} points"
    )
