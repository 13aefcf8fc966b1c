"""Real python-rq workers on the same queue; one that leaves by itself is started again."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from processes import WITH_US, clean_environment
from redis_server import QUEUE

# What they import as `worker`.
FUNCTIONS = Path(__file__).with_name("python_worker")
KINDS = {"fork": "rq.Worker", "simple": "rq.SimpleWorker"}


@dataclass
class PythonWorkers:
    python: Path
    url: str
    folder: Path
    live: dict[str, subprocess.Popen]
    starts: int = 0

    def start(self, kind: str) -> None:
        self.starts += 1
        name = f"python-{kind}-{self.starts}"
        command = [str(self.python), "-m", "rq.cli", "worker", "--url", self.url, "--name", name]
        command += ["--worker-class", KINDS[kind], QUEUE]
        environment = clean_environment() | {"PYTHONPATH": str(FUNCTIONS), "PYTHONDONTWRITEBYTECODE": "1"}
        with (self.folder / f"{name}.log").open("wb") as log:
            self.live[kind] = subprocess.Popen(
                WITH_US + command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def look_after(self) -> None:
        for kind, process in list(self.live.items()):
            if process.poll() is not None:
                self.start(kind)

    @property
    def restarts(self) -> int:
        return self.starts - len(self.live)

    def stop(self) -> None:
        for process in self.live.values():
            if process.poll() is None:
                process.terminate()
        for process in self.live.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def python_workers(python: Path, url: str, folder: Path) -> Iterator[PythonWorkers]:
    workers = PythonWorkers(python, url, folder, {})
    for kind in KINDS:
        workers.start(kind)
    try:
        yield workers
    finally:
        workers.stop()
