"""A host's plug is pulled while its worker works and waits: its jobs are claimed elsewhere before 25 s are over."""

import time
from typing import TYPE_CHECKING

from job_book import await_ended, check_points, leftovers, states
from other_host import HERE_ADDRESS, other_host
from production import job, producing
from pulse_workers import fleet
from redis_server import redis_serving
from results import must
from services import services
from waiting import until

if TYPE_CHECKING:
    from context import Context

NAME = "two-hosts"
VERSIONS = ("2.6.1",)
TARGET_SECONDS = 25
ADDRESSES = ("127.0.0.1", HERE_ADDRESS)


def check(context: "Context") -> str:
    with (
        other_host(context.folder) as there,
        redis_serving(context.folder / "redis", ADDRESSES) as redis,
        services(context.folder, hosts=(HERE_ADDRESS, "127.0.0.1")) as served,
        producing(context.python, redis.url) as producer,
        fleet(context.programs, context.folder, served, {"PULSE_REDIS_URL": redis.url_at(HERE_ADDRESS)}) as workers,
    ):
        lost = workers.start("worker.1", wrap=there.wrap, PULSE_MAX_JOBS_IN_FLIGHT="2")
        name = lost.await_name()
        record = redis.client.hgetall(f"pulse:worker:{name}")
        must(
            record["node"] == there.name and record["boot_id"] in there.boot_id.read_text(), f"not elsewhere: {record}"
        )
        working = job("working", mark="[[slow 5]]")
        producer.put([working])
        until("it works", 10, lambda: served.embeds.find(who=lost.who))
        time.sleep(0.3)  # into its wait for a second job
        there.pull_the_plug()
        pulled = time.monotonic()
        # Redis still serves the wait of a worker that cannot be reached any more, and the claim behind it: so this job
        # is given to somebody who never hears of it.
        waiting = job("waiting", mark="[[slow 5]]")
        producer.put([waiting])
        given = states(redis.client, [waiting])[waiting.id].worker == name
        lost.kill()
        # Two that are new to Redis, whose patience of 20 s begins now: the worst case. Had they been there before, one
        # of them would have been handed the second job; were there but one, it would wait until the suspect has run.
        elsewhere = {workers.start(f"worker.{number}").await_name() for number in (2, 3)}
        seconds = {}
        for one in (working, waiting):
            until(
                f"{one.id} is claimed elsewhere",
                60,
                lambda one=one: states(redis.client, [one])[one.id].worker in elsewhere,
                lambda: (states(redis.client, [working, waiting]), leftovers(redis.client)),
            )
            seconds[one.id] = time.monotonic() - pulled
        must(max(seconds.values()) < TARGET_SECONDS, f"claimed elsewhere only after {seconds} s")
        ended = await_ended(redis.client, [working, waiting], 60)
        must(all(state.status == "finished" for state in ended.values()), f"{ended}")
        until("nothing is left over", 15, lambda: not leftovers(redis.client), lambda: leftovers(redis.client))
        check_points(redis.client, served, [working, waiting])
    where = "given to it after its end" if given else "still queued"
    return (
        f"claimed elsewhere after {seconds['working']:.1f} s (in hand) and {seconds['waiting']:.1f} s ({where}); "
        f"target < {TARGET_SECONDS} s"
    )
