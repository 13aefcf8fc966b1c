"""The two hosts: on each a supervisor with its workers, kept alive as systemd would."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

from finding import processes_of
from kinds import WORKERS
from other_host import OtherHost
from processes import WITH_US, clean_environment
from servers import Spawner
from waiting import until

# RestartSec of pulse.service.
RESTART_SECONDS = 1.0
# Its pid 1: orphans are its own, and are reaped.
INIT = "import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True: signal.pause()"
# As the unit's TimeoutStopSec has it, with room.
STOP_SECONDS = 45


class Inside:
    """Keeps the other host's process space alive: what a killed supervisor leaves lives on there, as on a machine."""

    def __init__(self, there: OtherHost) -> None:
        command = [*WITH_US, *there.wrap, "/usr/bin/python3", "-c", INIT]
        self._process = subprocess.Popen(command, env=clean_environment(), stdin=subprocess.DEVNULL)
        self.pid = until("the other host is there", 20, self._init)

    def _init(self) -> int | None:
        if self._process.poll() is not None:
            raise RuntimeError(f"the other host left with {self._process.returncode}")
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for pid in children:
            if "signal.pause" in Path(f"/proc/{pid}/cmdline").read_text():
                return int(pid)
        return None

    @property
    def wrap(self) -> tuple[str, ...]:
        """Without a fork of our own: the supervisor is nsenter's child, and nsenter waits for it."""
        return ("nsenter", f"--target={self.pid}", "--net", "--uts", "--mount", "--pid", "--")

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()


class Host:
    """One supervisor over all its lives, and the thread that starts it again."""

    def __init__(
        self, name: str, programs: Path, folder: Path, settings: dict[str, str], wrap: tuple[str, ...]
    ) -> None:
        self.name, self.folder, self.runtime = name, folder, folder / "run"
        self.runtime.mkdir(parents=True, exist_ok=True)
        own = {"PULSE_RUNTIME_DIR": str(self.runtime), "PULSE_WORKERS": str(WORKERS)}
        self._environment = clean_environment() | settings | own
        self._command = [*WITH_US, *wrap, os.fspath(programs / "pulse-supervisor")]
        self._spawner = Spawner()
        self._over = threading.Event()
        self._process: subprocess.Popen | None = None
        # Exit statuses of lives that ended by themselves, beside those that were killed.
        self.exits: list[int] = []
        self.starts = 0
        self._start()
        self._thread = threading.Thread(target=self._keep_alive, daemon=True)
        self._thread.start()

    def _start(self) -> None:
        def start() -> None:
            with (self.folder / "log").open("ab") as log:
                options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
                self._process = subprocess.Popen(self._command, env=self._environment, **options)

        self._spawner.run(start)
        self.starts += 1

    def _keep_alive(self) -> None:
        while True:
            status = self._process.wait()
            if self._over.is_set():
                return
            self.exits.append(status)
            if self._over.wait(RESTART_SECONDS):
                return
            self._start()

    @property
    def pid(self) -> int | None:
        """The supervisor's own; None between two lives."""
        found = [process for process in processes_of(self.runtime) if process.program == "pulse-supervisor"]
        return found[0].pid if found else None

    def worker(self, slot: str) -> int | None:
        """The live process of the slot, `api.1` included."""
        found = [process for process in processes_of(self.runtime) if process.slot == slot]
        return found[-1].pid if found else None

    def thaw(self) -> None:
        """nsenter stops itself when its child is stopped, and would never see it end."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)

    def status(self) -> dict[str, Any]:
        """Raises OSError while nobody answers."""
        connection = http.client.HTTPConnection("pulse", timeout=2)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(2)
        with contextlib.closing(connection):
            connection.sock.connect(str(self.runtime / "supervisor.sock"))
            try:
                connection.request("GET", "/status")
                return json.load(connection.getresponse())
            except (http.client.HTTPException, ValueError) as error:
                raise OSError(str(error)) from None

    def ready(self) -> dict[str, int]:
        """Ready slots with the pid that the supervisor has for them."""
        with contextlib.suppress(OSError):
            return {slot["slot"]: slot.get("pid", 0) for slot in self.status()["slots"] if slot["state"] == "ready"}
        return {}

    def stop(self) -> int:
        """By SIGTERM; the exit status."""
        self._over.set()
        if (pid := self.pid) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        finally:
            self.close()

    def close(self) -> None:
        self._over.set()
        for process in processes_of(self.runtime):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._spawner.close()


def await_ready(host: Host, seconds: float) -> None:
    until(
        f"host {host.name} is ready (log: {host.folder}/log)", seconds, lambda: len(host.ready()) >= WORKERS, pause=0.1
    )
