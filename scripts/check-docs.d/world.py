"""Where documents' commands run: a folder like a checkout, services on usual ports, a supervisor in /run/pulse."""

import contextlib
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from documented import ROOT
from processes import ReadySocket, clean_environment, running
from waiting import until

PORTS = {"redis": 6379, "tei": 8080, "qdrant": 6333}
HOSTS = "127.0.0.1 localhost redis tei qdrant hooks\n::1 localhost\n"
# Of the checkout's local stack, in .cache/.
STATE = ("run", "data")
# What the documents' commands are about.
DOCUMENTS = 12
EMPTY = '{"url": "https://docs.example.org/empty", "markdown": " "}\n'
NOTES = "# How to rotate the keys\n\nWrite the new key into the settings, start, then take back the old one.\n"


def closed_world(folder: Path) -> None:
    """In the namespaces that scripts/check-docs has made: names, a loopback, and a /run of our own."""
    (folder / "hosts").write_text(HOSTS)
    for name in STATE:
        (ROOT / ".cache" / name).mkdir(exist_ok=True)
    for command in (
        ["mount", "--bind", str(folder / "hosts"), "/etc/hosts"],
        ["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/run"],
        # What scripts/local leaves, where somebody's own local stack may run.
        *(["mount", "-t", "tmpfs", "tmpfs", str(ROOT / ".cache" / name)] for name in STATE),
        ["ip", "link", "set", "lo", "up"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}: it takes namespaces, as root has them")


def checkout(folder: Path) -> Path:
    """Everything is a link, but for the scripts: those go by where they stand."""
    place = folder / "pulse"
    (place / "scripts").mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name not in ("scripts", ".git"):
            (place / path.name).symlink_to(path)
    for script in (ROOT / "scripts").iterdir():
        if script.is_file() and os.access(script, os.X_OK):
            stand_in = place / "scripts" / script.name
            stand_in.write_text(f'#!/bin/sh\nexec {script} "$@"\n')
            stand_in.chmod(0o755)
    (place / "notes.md").write_text(NOTES)
    return place


class World:
    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs
        closed_world(folder)
        self.checkout = checkout(folder)
        (folder / "home").mkdir()
        self.settings = self.checkout / "pulse.env"
        self._settings = "PULSE_API=127.0.0.1:52100\nPULSE_LISTEN=127.0.0.1:9180\nPULSE_STARTUP=wait\n"
        self._pulse: subprocess.Popen[bytes] | None = None
        self._served: dict[str, subprocess.Popen[bytes]] = {}
        self._exits = contextlib.ExitStack()

    @property
    def environment(self) -> dict[str, str]:
        return clean_environment() | {
            "HOME": str(self.folder / "home"),
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "XDG_RUNTIME_DIR": "/run",
            "TERM": "dumb",
        }

    def environment_for(self, command: str) -> dict[str, str]:
        """Commands of the local stack go to its own ports unless they are told of others."""
        if "python -m local." not in command:
            return self.environment
        return self.environment | {
            "PULSE_REDIS_URL": f"redis://127.0.0.1:{PORTS['redis']}",
            "PULSE_QDRANT_URL": f"http://127.0.0.1:{PORTS['qdrant']}",
        }

    @contextlib.contextmanager
    def services(self) -> Iterator[None]:
        """Redis, TEI and Qdrant, each as local/serve has it."""
        ports = {f"PULSE_LOCAL_{name.upper()}_PORT": str(port) for name, port in PORTS.items()}
        environment = self.environment | ports | {"PULSE_LOCAL_DATA": str(self.folder / "data")}
        with contextlib.ExitStack() as exits:
            log = exits.enter_context((self.folder / "services.log").open("w"))
            ready = []
            for name in PORTS:
                ready.append(ReadySocket(self.folder / f"{name}.notify"))
                own = environment | {"NOTIFY_SOCKET": str(ready[-1].path)}
                command = [str(ROOT / "local/serve"), name]
                served = exits.enter_context(running(command, own, 15, cwd=ROOT, stdout=log, stderr=log))
                self._served[name] = served
            for socket in ready:
                socket.wait(60)
            yield

    def signal(self, service: str, number: int) -> None:
        """To one of the services; which of them is not there is what the picture is about."""
        self._served[service].send_signal(number)

    def health(self) -> int:
        command = [self.programs / "pulsectl", "health"]
        return subprocess.run(command, env=self.environment, capture_output=True, check=False, timeout=30).returncode

    def begin(self) -> None:
        """A healthy supervisor with its settings as they were; one that runs already is kept."""
        if self.settings.exists() and self.settings.read_text() != self._settings:
            self.end()
        if self._pulse is None or self._pulse.poll() is not None:
            self.settings.write_text(self._settings)
            command = [str(self.programs / "pulse-supervisor"), "--env-file", str(self.settings)]
            log = self._exits.enter_context((self.folder / "pulse.log").open("a"))
            self._pulse = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip
        until("Pulse is healthy", 60, lambda: self.health() == 0, self.last_words, pause=0.1)

    def end(self) -> None:
        if self._pulse is not None and self._pulse.poll() is None:
            self._pulse.terminate()
            self._pulse.wait(90)
        self._pulse = None

    def fill(self) -> None:
        """What a search finds, and a job that has failed."""
        documents = (ROOT / ".cache/corpus/documents.jsonl").read_text().splitlines(keepends=True)[:DOCUMENTS]
        file = self.checkout / "documents.jsonl"
        file.write_text("".join(documents) + EMPTY)
        command = [self.programs / "pulsectl", "enqueue", file]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def empty(self) -> None:
        """The worker that comes next makes the collection anew."""
        self.end()
        url = f"http://127.0.0.1:{PORTS['qdrant']}/collections/pulse_docs"
        with urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=30):
            pass

    def last_words(self) -> str:
        return (self.folder / "pulse.log").read_text()[-1500:]

    def close(self) -> None:
        self.end()
        self._exits.close()
