"""Redis, TEI and Qdrant of the run: each can be killed, stopped and started again on its port, without data lost."""

import concurrent.futures
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from processes import WITH_US, clean_environment
from redis_server import RedisServer
from stack import PYTHON, ROOT
from stand_ins import built, get
from waiting import until

# Below those that the kernel gives to connections: one must not find its port taken when it comes back.
PORTS = range(20_000, 30_000)
# A slow server runs for the second of these, and stands still for the first, by turns.
STANDS_SECONDS, RUNS_SECONDS = 0.08, 0.02

# A file that Redis 7.0 begins by a rewrite is not opened for appending: once a full disk has cut a write short, and
# Redis the file, its next write leaves a hole there, and it never comes up again.
NO_REWRITE = ("--auto-aof-rewrite-percentage", "0")


def steady_port() -> int:
    while True:
        port = random.SystemRandom().choice(PORTS)
        with contextlib.suppress(OSError), socket.create_server(("", port)):
            return port


class Spawner:
    """A thread that starts programs: it must outlive them, for the kernel ends a child with the thread it is of."""

    def __init__(self) -> None:
        self._threads = concurrent.futures.ThreadPoolExecutor(max_workers=1)

    def run(self, work: Callable[[], object]) -> None:
        self._threads.submit(work).result()

    def close(self) -> None:
        self._threads.shutdown(wait=False)


class Server:
    """A program that serves a port, and the log it writes to over all its lives."""

    def __init__(self, name: str, command: list[str], port: int, log: Path, cwd: Path = ROOT) -> None:
        self.name, self.command, self.port, self.log, self.cwd = name, command, port, log, cwd
        self._spawner = Spawner()
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        self._spawner.run(self._start)
        until(f"{self.name} serves (log: {self.log})", 60, self._answers)

    def _start(self) -> None:
        with self.log.open("ab") as log:
            options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "cwd": self.cwd}
            self._process = subprocess.Popen(WITH_US + self.command, env=clean_environment(), **options)

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"{self.name} left with {self._process.returncode} (log: {self.log})")
        with contextlib.suppress(OSError):
            get(f"http://127.0.0.1:{self.port}/")
            return True
        return False

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            if number in (signal.SIGTERM, signal.SIGKILL):
                self._process.wait(30)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.send(signal.SIGKILL)
        self._spawner.close()


class Redis(Server):
    """With an append-only file, on a small disk of its own."""

    def __init__(self, folder: Path, addresses: tuple[str, ...]) -> None:
        self.server = RedisServer(folder, addresses, port=steady_port(), options=NO_REWRITE)
        super().__init__("redis", [], self.server.port, folder / "log")

    def start(self) -> None:
        self._spawner.run(self.server.start)

    @property
    def pid(self) -> int:
        return self.server.pid

    def send(self, number: signal.Signals) -> None:
        self.server.send(number)

    def close(self) -> None:
        super().close()
        self.server.client.close()


def tei(folder: Path, port: int, **settings: float) -> Server:
    """The bench's stand-in, at the pace of a device."""
    wishes = [f"{name}={value}" for name, value in settings.items()]
    return Server("tei", [f"{built().name}/tei", str(port), *wishes], port, folder / "tei.log")


def qdrant(storage: Path, log: Path, port: int) -> Server:
    """Its own engine, which keeps on disk what it has acknowledged."""
    command = [str(PYTHON), "-m", "local.qdrant", "--port", str(port), "--storage", str(storage)]
    return Server("qdrant", command, port, log)


class Proxy:
    """The fault proxy before one of them."""

    def __init__(self, service: str, upstream: int, hosts: tuple[str, ...], log: Path) -> None:
        self.port = steady_port()
        program = Path(__file__).with_name("fault_proxy.py")
        command = [sys.executable, str(program), service, str(self.port), str(upstream), *hosts]
        with log.open("ab") as out:
            options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": out, "text": True}
            self._process = subprocess.Popen(WITH_US + command, **options)
        self._lock = threading.Lock()
        self._mode = "down"
        # Answers by what was done to them.
        self.spoiled: Counter[str] = Counter()
        self.become("pass")

    def become(self, mode: str) -> None:
        with self._lock:
            self._process.stdin.write(f"{mode}\n")
            self._process.stdin.flush()
            word, _, count = self._process.stdout.readline().partition(" ")
            if word != "ok":
                raise RuntimeError(f"the fault proxy did not take {mode!r}")
            self.spoiled[self._mode] += int(count)
            self._mode = mode

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def slow(pid: int, seconds: float) -> None:
    """Lets it run a fifth of the time only."""
    end = time.monotonic() + seconds
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < end:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(STANDS_SECONDS)
            os.kill(pid, signal.SIGCONT)
            time.sleep(RUNS_SECONDS)
