"""One worker of any kind empties the queue: what it does in a second and in a second of its processor's time."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from processes import clean_environment, kib, running, status
from queue_run import tree_cpu
from redis_server import QUEUE
from stand_ins import StandIns
from waiting import until

# Until here a run warms up, from here it is measured: shares of its jobs.
WARM = 0.1


@dataclass
class Run:
    jobs: int
    chunks: int
    seconds: float
    cpu: float
    # Of each server, CPU seconds.
    servers: dict[str, float]
    peak_mib: float

    @property
    def jobs_per_s(self) -> float:
        return self.jobs / self.seconds

    @property
    def chunks_per_s(self) -> float:
        return self.chunks / self.seconds

    @property
    def chunks_per_cpu_s(self) -> float:
        return self.chunks / max(self.cpu, 0.001)

    @property
    def cpu_us_per_chunk(self) -> float:
        return 1e6 * self.cpu / max(self.chunks, 1)

    def __str__(self) -> str:
        return f"{self.jobs_per_s:.0f} documents/s, {self.chunks_per_s:.0f} chunks/s"

    @property
    def costs(self) -> str:
        servers = ", ".join(f"{name} {seconds:.1f}" for name, seconds in self.servers.items())
        own = f"CPU {self.cpu_us_per_chunk:.1f} us/chunk; CPU seconds {self.cpu:.1f}"
        return f"{own}, {servers}; peak {self.peak_mib:.0f} MiB"

    @property
    def values(self) -> dict[str, float]:
        names = ("jobs_per_s", "chunks_per_s", "chunks_per_cpu_s", "cpu_us_per_chunk", "peak_mib")
        return {name: round(getattr(self, name), 2) for name in names} | {"jobs": self.jobs, "chunks": self.chunks}


@contextlib.contextmanager
def pulse_worker(programs: Path, folder: Path, stand_ins: StandIns, **settings: str) -> Iterator[subprocess.Popen]:
    folder.mkdir(parents=True, exist_ok=True)
    environment = clean_environment() | stand_ins.settings | {"PULSE_STARTUP": "wait"} | settings
    command = [str(programs / "pulse-worker")]
    with (
        (folder / "pulse-worker.log").open("ab") as log,
        running(command, environment, 30, stdout=log, stderr=log) as process,
    ):
        yield process


def ended(stand_ins: StandIns, name: str = "finished") -> int:
    return stand_ins.redis.zcard(f"rq:{name}:{QUEUE}")


def none_failed(stand_ins: StandIns) -> None:
    if failed := ended(stand_ins, "failed"):
        raise RuntimeError(f"{failed} jobs failed")


def all_finished(stand_ins: StandIns, process: subprocess.Popen, count: int, seconds: float = 300) -> None:
    """Raises as soon as one fails or the worker is gone."""

    def look() -> bool:
        none_failed(stand_ins)
        if process.poll() is not None:
            raise RuntimeError(f"the worker ended with {process.returncode}")
        return ended(stand_ins) >= count

    until(f"{count} jobs end", seconds, look, lambda: f"{ended(stand_ins)} did", pause=0.005)


def measured(stand_ins: StandIns, process: subprocess.Popen, jobs: int) -> Run:
    """The queue holds so many; the worker runs already."""

    def sample() -> tuple[float, int, int, float, dict[str, float]]:
        servers = {name: tree_cpu(server) for name, server in stand_ins.pids.items()}
        return time.monotonic(), ended(stand_ins), stand_ins.qdrant_stats()["upserted"], tree_cpu(process.pid), servers

    all_finished(stand_ins, process, int(jobs * WARM))
    first = sample()
    all_finished(stand_ins, process, jobs)
    last = sample()
    servers = {name: seconds - first[4][name] for name, seconds in last[4].items()}
    seconds, done, chunks, cpu = (last[index] - first[index] for index in range(4))
    return Run(int(done), int(chunks), seconds, cpu, servers, kib(status(process.pid)["VmHWM"]) / 1024)
