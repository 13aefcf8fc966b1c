"""One pulse-supervisor for one measurement."""

import collections
import contextlib
import http.client
import json
import os
import queue
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from processes import clean_environment, running

# So that a death is always answered at once; printed beside every latency.
UNLIMITED = {"PULSE_RESTART_LIMIT": "0", "PULSE_BACKOFF_BASE": "0"}
UNLIMITED_TEXT = "PULSE_RESTART_LIMIT=0 PULSE_BACKOFF_BASE=0"


class Supervisor:
    def __init__(self, process: subprocess.Popen, runtime: Path) -> None:
        self.process = process
        self.socket = runtime / "supervisor.sock"
        self._lines: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        self.said: list[str] = []
        self._tail: collections.deque[str] = collections.deque(maxlen=50)
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def _read(self) -> None:
        for line in self.process.stderr:
            self._tail.append(line.rstrip("\n"))
            self._lines.put((time.monotonic_ns(), line.rstrip("\n")))

    def wait_for_line(self, part: str, seconds: float = 60) -> tuple[int, str]:
        """The next line of its log that holds `part`, and when (CLOCK_MONOTONIC) it came."""
        end = time.monotonic() + seconds
        while True:
            try:
                moment, line = self._lines.get(timeout=max(0.001, end - time.monotonic()))
            except queue.Empty:
                tail = "\n".join(self.said[-20:])
                raise TimeoutError(
                    f"the supervisor did not say {part!r} within {seconds:g} s; it said:\n{tail}"
                ) from None
            self.said.append(line)
            if part in line:
                return moment, line

    def log_tail(self) -> str:
        """Its latest lines, whether somebody waited for them or not."""
        return "\n".join(list(self._tail))

    def status(self) -> dict[str, Any]:
        connection = http.client.HTTPConnection("pulse", timeout=5)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(5)
        connection.sock.connect(str(self.socket))
        with contextlib.closing(connection):
            connection.request("GET", "/status")
            return json.load(connection.getresponse())

    def slots(self) -> dict[str, dict[str, Any]]:
        return {slot["slot"]: slot for slot in self.status()["slots"]}


@contextlib.contextmanager
def supervising(
    programs: Path, folder: Path, settings: dict[str, str], arguments: tuple[str, ...] = (), exit_code: int = 0
) -> Iterator[Supervisor]:
    """Stopped by SIGTERM at the end. Raises RuntimeError when it then leaves with anything but `exit_code`."""
    runtime = folder / "run"
    environment = clean_environment() | {"PULSE_RUNTIME_DIR": str(runtime), "PULSE_STOP_TIMEOUT": "20s"} | settings
    command = [os.fspath(programs / "pulse-supervisor"), *arguments]
    with running(command, environment, patience=40, stderr=subprocess.PIPE, text=True, errors="replace") as process:
        yield Supervisor(process, runtime)
    if process.returncode != exit_code:
        raise RuntimeError(f"pulse-supervisor left with {process.returncode}, not {exit_code}")
