"""One pulse-worker, run as the supervisor does: by its environment, until it says READY=1."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from context import Context, Database
from processes import ReadySocket, clean_environment, running
from results import Failed
from waiting import until


@dataclass
class PulseWorker:
    # As RQ knows it.
    name: str
    process: subprocess.Popen
    log: Path

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-1500:]

    def left(self, seconds: float) -> int:
        """Its exit status, once it has left by itself."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"pulse-worker is still there after {seconds:g} s; it said:\n{self.said()}") from None


@contextlib.contextmanager
def working(context: Context, folder: Path, database: Database, **settings: str) -> Iterator[PulseWorker]:
    """Stopped by SIGTERM at the end."""
    folder.mkdir(exist_ok=True)
    ready = ReadySocket(folder / "notify")
    environment = clean_environment() | context.servers.settings(database)
    environment |= {"PULSE_RUNTIME_DIR": str(folder / "run"), "PULSE_STOP_TIMEOUT": "20s", "PULSE_SLOT": "worker.1"}
    environment |= {"NOTIFY_SOCKET": str(ready.path)} | settings
    known = database.redis.smembers("rq:workers")
    with (folder / "log").open("w") as log:
        command = [str(context.programs / "pulse-worker")]
        with running(command, environment, patience=30, stdout=log, stderr=log) as process:
            try:
                ready.wait(30)
            except TimeoutError:
                raise Failed(f"pulse-worker is not ready:\n{(folder / 'log').read_text()[-1500:]}") from None
            born = until("pulse-worker is registered", 10, lambda: database.redis.smembers("rq:workers") - known)
            yield PulseWorker(born.pop().removeprefix("rq:worker:"), process, folder / "log")
