"""Redis with an append-only file killed and restarted under load: no 202 without its job, no job twice."""

import signal
import time

import kept_promises
from context import Context
from front import WITH_SECRETS, fronting
from producers import producing
from redis_server import redis_serving
from results import must
from waiting import until

NAME = "redis"
PRODUCERS = 16
# Seconds for which it is away: shorter and longer than the 8 for which requests are held.
OUTAGES = (0.0, 0.5, 1.0, 2.0, 4.0, 0.0, 12.0, 0.0, 1.0, 3.0)


def check(context: Context) -> str:
    stack = context.stack()
    with redis_serving(context.folder / "redis", fsync="always") as redis:
        settings = stack.settings | WITH_SECRETS | {"PULSE_REDIS_URL": redis.url}
        with fronting(context.programs, context.folder / "front", settings) as front:
            pid = front.child()["pid"]
            with producing(front.port, PRODUCERS) as ledger:
                for away in OUTAGES:
                    redis.send(signal.SIGKILL)
                    time.sleep(away)
                    promised = len(ledger.promised)
                    redis.start()
                    until("a job is promised again", 60, lambda p=promised: len(ledger.promised) > p, lambda: ledger)
                    # Load for a while between two deaths.
                    time.sleep(1)
            must(front.child()["pid"] == pid, "pulse-api did not live through it")
        must(ledger.statuses["503"] > 0, f"an outage of {max(OUTAGES):g} s was answered without a 503 ({ledger})")
        other = {what for what in ledger.statuses if what not in ("202", "503")}
        must(not other, f"answers other than 202 and 503: {ledger}")
        promises = kept_promises.check(redis.client, ledger)
    return (
        f"{len(OUTAGES)} kills, away for 0 to {max(OUTAGES):g} s, under {PRODUCERS} producers ({ledger}; "
        f"longest 202 after {max(ledger.seconds):.1f} s); {promises}"
    )
