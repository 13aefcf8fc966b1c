"""The services that workers need, inside the container: its own Redis, and the checkout's local/ for TEI and Qdrant."""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from container import Container
from results import must
from rootfs import ROOT

BOUND = [ROOT / "local", ROOT / ".cache/venv", ROOT / ".cache/model"]
CORPUS = ROOT / ".cache/corpus/documents.jsonl"
REDIS = "redis://127.0.0.1:6379/0"
QUEUE = "rq:queue:indexing"
# The ports of pulse.env.example.
PORTS = {"tei": 8080, "qdrant": 6333}


def unit(name: str) -> str:
    return f"""[Unit]
Description={name} of the local stack
[Service]
Type=notify
ExecStart={ROOT}/local/serve {name}
Environment=PULSE_LOCAL_{name.upper()}_PORT={PORTS[name]} PULSE_LOCAL_DATA=/var/lib/pulse-local
Environment=PYTHONDONTWRITEBYTECODE=1
StateDirectory=pulse-local
TimeoutStopSec=10
"""


def install(root: Path) -> None:
    for name in PORTS:
        (root / f"etc/systemd/system/pulse-{name}.service").write_text(unit(name))


class Stack:
    def __init__(self, container: Container) -> None:
        self._container = container

    def start(self) -> None:
        """Redis came with the boot; the two others are ready when this returns."""
        done = self._container.run("systemctl", "start", "redis-server", *(f"pulse-{name}" for name in PORTS))
        log = self._container.run("journalctl", "-u", "pulse-*", "-n", "5", "-o", "cat").stdout
        must(done.returncode == 0, f"the local stack does not start: {done.stderr.strip()} {log}")

    def redis(self, *arguments: str) -> str:
        return self._container.run("redis-cli", *arguments).stdout.strip()

    def enqueue(self, count: int) -> list[str]:
        """So many documents through python-rq, in the container's network; answers with what `local.verify` reads."""
        documents = CORPUS.read_text().splitlines(keepends=True)[:count]
        command = self._container.beside("env", f"PULSE_REDIS_URL={REDIS}", "PYTHONDONTWRITEBYTECODE=1")
        command += [sys.executable, "-m", "local.enqueue"]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(documents)
            file.flush()
            done = subprocess.run([*command, file.name], cwd=ROOT, capture_output=True, text=True, check=False)
        must(done.returncode == 0, f"local.enqueue left with {done.returncode}: {done.stderr.strip()[-300:]}")
        return done.stdout.splitlines()

    def counts(self, lines: list[str]) -> tuple[int, int]:
        """How many of the jobs are finished, and how many wait in the queue."""
        ids = [json.loads(line)["id"] for line in lines]
        statuses = [self.redis("HGET", f"rq:job:{job}", "status") for job in ids]
        return statuses.count("finished"), int(self.redis("LLEN", QUEUE))

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """It takes connections and answers none: a job in hand cannot end."""
        kill = ("systemctl", "kill", f"pulse-{name}", "--signal")
        self._container.run(*kill, "STOP")
        try:
            yield
        finally:
            self._container.run(*kill, "CONT")

    def verify(self, lines: list[str], collection: str, seconds: float) -> str:
        """Waits until every job has ended as it should, by python-rq's own word; answers with the summary."""
        command = self._container.beside("env", f"PULSE_REDIS_URL={REDIS}", "PYTHONDONTWRITEBYTECODE=1")
        command += [f"PULSE_QDRANT_URL=http://127.0.0.1:{PORTS['qdrant']}", f"PULSE_QDRANT_COLLECTION={collection}"]
        command += [sys.executable, "-m", "local.verify", "--wait", str(seconds)]
        done = subprocess.run(
            command, cwd=ROOT, input="\n".join(lines), capture_output=True, text=True, timeout=seconds + 60, check=False
        )
        must(done.returncode == 0, f"local.verify: {done.stderr.strip()[-600:]}")
        return done.stdout.strip()
