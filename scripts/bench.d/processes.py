"""Starts programs and ends them again by their pid, whatever happens in between; reads what /proc says of them."""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

# Should the benchmark itself be killed, the kernel ends what it started.
WITH_US = ["setpriv", "--pdeathsig", "TERM"]


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str], patience: float, **options) -> Iterator[subprocess.Popen]:
    """Ended by SIGTERM, after `patience` seconds by SIGKILL."""
    process = subprocess.Popen(WITH_US + command, env=environment, stdin=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class ReadySocket:
    """A NOTIFY_SOCKET of our own: waits for READY=1."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))

    def wait(self, seconds: float) -> None:
        """Raises TimeoutError when nothing comes."""
        self._socket.settimeout(seconds)
        while b"READY=1" not in self._socket.recv(4096).split(b"\n"):
            pass
        self._socket.close()


def status(pid: int) -> dict[str, str]:
    """/proc/PID/status by name."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def cpu_seconds(pid: int) -> float:
    """Of all its threads, in user mode and in the kernel (/proc/PID/stat, fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def kib(text: str) -> int:
    return int(text.split()[0])


def rollup(pid: int) -> dict[str, int]:
    """/proc/PID/smaps_rollup in KiB by name."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: kib(value) for name, _, value in (line.partition(":") for line in lines)}


def clean_environment() -> dict[str, str]:
    """Ours without what a service manager or an operator's own Pulse put there."""
    foreign = ("PULSE_", "WEBHOOK_", "SEARCH_BRIDGE_", "WATCHDOG_", "LISTEN_")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(foreign) and name not in ("NOTIFY_SOCKET", "REDIS_URL", "JOURNAL_STREAM")
    }
