"""A booted systemd in a container of our own: started, entered and ended here."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from groups import Groups

BOOT_SECONDS = 120
STOP_SECONDS = 30


class Container:
    """`folder` is its root; `bound` are folders of the host that it sees under their own names, for reading."""

    def __init__(self, folder: Path, bound: list[Path], log: Path) -> None:
        self.folder, self.log = folder, log
        self.groups = Groups(folder.name)
        self._bound = bound
        self._process: subprocess.Popen[bytes] | None = None
        self.leader = 0

    def boot(self) -> float:
        """Returns, with the seconds it took, when its systemd has started everything. RuntimeError: why it did not."""
        self.groups.make()
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        address = self.folder.with_suffix(".notify")
        command = ["setpriv", "--pdeathsig", "TERM", "systemd-nspawn", "--boot", "--register=no", "--keep-unit"]
        command += ["--private-network", "--notify-ready=yes", "--console=pipe", "--quiet"]
        command += ["--machine", self.folder.name.replace(".", "-"), "--directory", str(self.folder)]
        command += [f"--bind-ro={path}" for path in self._bound]
        begun = time.monotonic()
        with contextlib.closing(told), self.log.open("w") as out:
            told.bind(str(address))
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    env={"PATH": os.environ["PATH"], "NOTIFY_SOCKET": str(address)},
                    preexec_fn=self.groups.enter,
                    start_new_session=True,  # a Ctrl-C is ours to answer: it powers off
                )
                self._hear(told, begun + BOOT_SECONDS)
            finally:
                address.unlink()
        return time.monotonic() - begun

    def _hear(self, told: socket.socket, end: float) -> None:
        """nspawn passes on what the init inside says, and names it."""
        told.settimeout(0.5)
        while True:
            with contextlib.suppress(TimeoutError):
                lines = told.recv(4096).decode().splitlines()
                named = [line.partition("=")[2] for line in lines if line.startswith("X_NSPAWN_LEADER_PID=")]
                self.leader = int(named[0]) if named else self.leader
                if "READY=1" in lines:
                    return
            if self._process is None or self._process.poll() is not None or time.monotonic() > end:
                words = self.log.read_text(errors="replace").strip().splitlines()
                raise RuntimeError(f"systemd-nspawn does not boot: {words[-1] if words else 'it says nothing'}")

    def inside(self, *command: str, env: dict[str, str] | None = None) -> list[str]:
        """The command line that runs `command` in all of its namespaces."""
        assignments = [f"{name}={value}" for name, value in (env or {}).items()]
        return ["nsenter", "-t", str(self.leader), "-a", "env", "-i", "PATH=/usr/sbin:/usr/bin", *assignments, *command]

    def beside(self, *command: str) -> list[str]:
        """One that runs `command` of the host on its network, where the queue listens."""
        return ["nsenter", "-t", str(self.leader), "-n", *command]

    def run(self, *command: str, seconds: float = 120, **env: str) -> subprocess.CompletedProcess[str]:
        """In it; whatever the exit status."""
        return subprocess.run(
            self.inside(*command, env=env),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=seconds, check=False,
        )  # fmt: skip

    def stop(self) -> None:
        """Powers off; whoever does not go in time is killed, and its whole pid namespace with it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # The init first: once it is gone nothing of the container lives, and nspawn tidies up by itself.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.leader or self._process.pid, signal.SIGKILL)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(STOP_SECONDS)
                self._process.kill()
                self._process.wait()
        self.groups.remove()
