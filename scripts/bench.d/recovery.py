"""From SIGKILL of a worker with a job in its hands to the moment at which the job is claimed again."""

import os
import signal
import time
from pathlib import Path

from figures import Report, spread, spread_values
from killed_job import await_finished, enqueue, held
from load import Load, load
from recovery_elsewhere import elsewhere
from recovery_pool import pool
from supervisor import UNLIMITED, UNLIMITED_TEXT, supervising
from waiting import until

TARGET_MS, TARGET_ELSEWHERE_MS = 50, 25_000
POLL_SECONDS = 0.001


def same_host(programs: Path, folder: Path, load: Load, rounds: int) -> tuple[list[float], int, int]:
    """Milliseconds of each round, and how often its own slot claimed the job again, and put it back into the queue."""
    folder.mkdir()
    latencies, claimed, put_back = [], 0, 0
    with supervising(programs, folder, UNLIMITED | load.settings | {"PULSE_WORKERS": "2"}) as supervisor:
        for _ in range(2):
            supervisor.wait_for_line(": ready after")
        for number in range(rounds):
            job = enqueue(load, f"same-{number}")
            first = until("the job's first claim", 30, lambda job=job: held(load, job), pause=POLL_SECONDS)
            time.sleep(0.1)  # in the middle of its work
            pid = int(load.redis.hget(f"rq:worker:{first.worker}", "pid"))
            killed = time.time()
            os.kill(pid, signal.SIGKILL)
            again = until(
                "the job's second claim",
                30,
                lambda job=job, first=first: held(load, job, first.worker),
                pause=POLL_SECONDS,
            )
            latencies.append(1000 * (again.at - killed))
            claimed += first.worker.rsplit("-", 1)[0] == again.worker.rsplit("-", 1)[0]
            # A successor names its predecessor; whoever finds a sibling dead says "of vanished workers".
            put_back += first.worker in supervisor.wait_for_line(" took back 1 job")[1]
            await_finished(load, job)
            until("both workers ready", 30, lambda: supervisor.status()["workers"]["ready"] == 2)
    return latencies, claimed, put_back


def report(programs: Path, folder: Path, quick: bool, pool_seconds: float, out: Report) -> None:
    rounds, far_rounds = (5, 1) if quick else (20, 5)
    with load(folder) as own:
        latencies, claimed, put_back = same_host(programs, folder / "same-host", own, rounds)
        out.figure(
            "recovery",
            "kill -9 to job claimed again",
            spread(latencies),
            f"a worker killed at work, {rounds} rounds, 2 workers; {UNLIMITED_TEXT}. Put back into the queue by the "
            f"dead worker's successor {put_back} times, else by its sibling; claimed by the successor {claimed} times, "
            f"else by the sibling, which waits for jobs; all jobs finished; target < {TARGET_MS} ms beyond the backoff",
            rounds=rounds,
            put_back_by_successor=put_back,
            claimed_by_successor=claimed,
            target_max_ms=TARGET_MS,
            settings=UNLIMITED,
            **spread_values(latencies),
        )
        latencies = elsewhere(programs, folder / "elsewhere", own, far_rounds)
        out.figure(
            "recovery-elsewhere",
            "the same, claimed elsewhere",
            spread(latencies, 0),
            f"by a worker that cannot see the dead one's pid, as on another host, {far_rounds} rounds; the sign of "
            f"life of a dead worker lasts 15 s; target < {TARGET_ELSEWHERE_MS} ms",
            rounds=far_rounds,
            target_max_ms=TARGET_ELSEWHERE_MS,
            **spread_values(latencies),
        )
        became, seconds = pool(folder / "pool", own, pool_seconds)
        text = f"{became} after {seconds:.1f} s" if seconds is not None else f"still {became} after {pool_seconds:g} s"
        out.figure(
            "recovery-rq-pool",
            "rq worker-pool -n 2: the same",
            text,
            "the busy worker and its work-horse killed; longer with --pool-seconds N",
            became=became,
            seconds=seconds,
            watched_seconds=pool_seconds,
        )
