"""One worker empties the queue: jobs a second, what each costs the worker and Redis, and how many commands it takes."""

import time
from dataclasses import dataclass
from pathlib import Path

from load import Load
from processes import cpu_seconds
from waiting import until

QUEUE = "indexing"
# Until here a run warms up, from here it is measured: shares of its jobs.
WARM = 0.1


@dataclass
class Sample:
    at: float
    done: int
    worker: float
    redis: float
    # Calls of each command, those that scripts make included.
    calls: dict[str, int]


@dataclass
class Figures:
    jobs_per_s: float
    worker_ms: float
    redis_ms: float
    # Sent by the worker, and called by its scripts, for each job.
    sent: float
    called: float

    def __str__(self) -> str:
        return f"{self.jobs_per_s:.0f} jobs/s (CPU {self.worker_ms:.2f} + Redis {self.redis_ms:.2f} ms/job)"

    @property
    def values(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in vars(self).items()}


def tree_cpu(pid: int) -> float:
    """With that of the children that it has waited for (/proc/PID/stat, fields 16 and 17)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return cpu_seconds(pid) + (int(fields[13]) + int(fields[14])) / 100


def sample(load: Load, pid: int) -> Sample:
    # A command that nobody else uses, so that ours can be told from the workers'.
    done = load.redis.zcount(f"rq:finished:{QUEUE}", "-inf", "+inf")
    stats = load.redis.info("commandstats")
    calls = {name.removeprefix("cmdstat_"): fields["calls"] for name, fields in stats.items()}
    return Sample(time.monotonic(), done, tree_cpu(pid), cpu_seconds(load.pids["redis"]), calls)


def measured(load: Load, pid: int, jobs: int) -> Figures:
    def finished(count: int) -> bool:
        return load.redis.zcount(f"rq:finished:{QUEUE}", "-inf", "+inf") >= count

    until("the first jobs end", 60, lambda: finished(int(jobs * WARM)), pause=0.005)
    first = sample(load, pid)
    until(f"{jobs} jobs end", 300, lambda: finished(jobs), pause=0.005)
    last = sample(load, pid)
    if failed := load.redis.zcount(f"rq:failed:{QUEUE}", "-inf", "+inf"):
        raise RuntimeError(f"{failed} of {jobs} jobs failed")
    done = last.done - first.done
    calls = {
        name: count - first.calls.get(name, 0) for name, count in last.calls.items() if name not in ("zcount", "info")
    }
    scripts = calls.get("evalsha", 0)
    total = sum(calls.values())
    sent = scripts + calls.get("blmove", 0) if scripts else total
    return Figures(
        done / (last.at - first.at),
        1000 * (last.worker - first.worker) / done,
        1000 * (last.redis - first.redis) / done,
        sent / done,
        (total - sent) / done,
    )
