"""pulse-api killed again and again while producers ask: its port goes on listening, and no promise is broken."""

import contextlib
import os
import signal
import time

import kept_promises
from context import Context
from front import WITH_SECRETS, fronting
from producers import producing
from redis_server import redis_serving
from results import must
from supervisor import UNLIMITED
from waiting import until

NAME = "kill"
KILLS, PRODUCERS = 20, 16


def check(context: Context) -> str:
    stack = context.stack()
    with redis_serving(context.folder / "redis") as redis:
        settings = stack.settings | WITH_SECRETS | UNLIMITED | {"PULSE_REDIS_URL": redis.url}
        with fronting(context.programs, context.folder / "front", settings) as front:
            with producing(front.port, PRODUCERS) as ledger:
                for _ in range(KILLS):
                    victim = until("pulse-api runs", 30, lambda: front.child().get("pid"))
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(victim, signal.SIGKILL)
                    promised = len(ledger.promised)
                    until(
                        "its successor answers producers",
                        60,
                        lambda victim=victim: front.child().get("pid") not in (None, victim),
                        front.supervisor.log_tail,
                    )
                    until("a job is promised again", 60, lambda p=promised: len(ledger.promised) > p, lambda: ledger)
                    # Load for a while between two deaths, so that there is always something in hand.
                    time.sleep(0.3)
            restarts = front.child()["restarts"]
        must(restarts >= KILLS, f"{restarts} restarts after {KILLS} kills")
        must(ledger.refused == 0, f"{ledger.refused} refused connections ({ledger})")
        promises = kept_promises.check(redis.client, ledger)
    return f"{KILLS} kills under {PRODUCERS} producers: 0 refused connections ({ledger}); {promises}"
