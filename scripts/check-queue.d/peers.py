"""python-rq of one version on one database, in processes of its own."""

import contextlib
import json
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from context import Context, Database
from processes import clean_environment, running
from results import Failed
from waiting import until

HERE = Path(__file__).parent / "peer"


def environment() -> dict[str, str]:
    """Not our PYTHONPATH, whose modules are this environment's; RQ's older versions print moments in local time."""
    ours = {name: value for name, value in clean_environment().items() if not name.startswith(("PYTHONPATH", "RQ_"))}
    return ours | {"TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"}


@dataclass
class Peer:
    python: Path
    database: Database
    # "default" or "json".
    serializer: str = "default"

    @staticmethod
    def of(context: Context, database: Database, serializer: str = "default") -> "Peer":
        return Peer(context.python, database, serializer)

    def ask(self, program: str, **request: Any) -> Any:
        """Runs peer/PROGRAM.py to its end."""
        whole = {"url": self.database.url, "serializer": self.serializer} | request
        command = [str(self.python), str(HERE / f"{program}.py")]
        done = subprocess.run(
            command,
            input=json.dumps(whole),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            raise Failed(f"{program}.py left with {done.returncode}: {done.stderr.strip()[-1500:]}")
        return json.loads(done.stdout)

    def command(self, command: str, **arguments: Any) -> Any:
        """One of peer/command.py."""
        return self.ask("command", command=command, arguments=arguments)

    def rq(self, *arguments: str) -> str:
        """The command line `rq`."""
        command = [str(self.python.with_name("rq")), *arguments, "--url", self.database.url]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Failed(f"rq {' '.join(arguments)} left with {done.returncode}: {done.stderr.strip()[-500:]}")
        return done.stdout

    @contextlib.contextmanager
    def working(self, folder: Path, lessons: dict[str, Any], *queues: str, kind: str = "SimpleWorker") -> Iterator[str]:
        """A Python worker, which answers what `lessons` say. Yields its name."""
        folder.mkdir(exist_ok=True)
        name = f"python-{uuid.uuid4().hex}"
        (folder / "lessons.json").write_text(json.dumps(lessons))
        own = environment() | {"PULSE_CHECK_LESSONS": str(folder / "lessons.json")}
        program = str(HERE / "serve.py")
        command = [str(self.python), program, kind, self.database.url, self.serializer, name, *queues]
        with (folder / "log").open("w") as log, running(command, own, patience=15, stdout=log, stderr=log) as process:

            def registered() -> bool:
                if process.poll() is not None:
                    raise Failed(f"the Python worker left: {(folder / 'log').read_text()[-1500:]}")
                return bool(self.database.redis.sismember("rq:workers", f"rq:worker:{name}"))

            until("the Python worker is registered", 20, registered)
            yield name
