"""A redis-server with an append-only file, on a port that it keeps over all its lives."""

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError

from processes import WITH_US, clean_environment

QUEUE = "indexing"
# Of a large file on a machine that others use too.
START_SECONDS = 90


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


class RedisServer:
    def __init__(
        self,
        folder: Path,
        addresses: tuple[str, ...] = ("127.0.0.1",),
        fsync: str = "everysec",
        port: int | None = None,
        options: tuple[str, ...] = (),
    ) -> None:
        """Listens on all of `addresses`; the first is the one that `client` and `url` use. `fsync`: appendfsync."""
        self.options = options
        self.folder, self.addresses, self.fsync, self.port = folder, addresses, fsync, port or free_port()
        folder.mkdir(parents=True)
        self.client = Redis(addresses[0], self.port, decode_responses=True, socket_timeout=5)
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return self.url_at(self.addresses[0])

    def url_at(self, address: str) -> str:
        return f"redis://{address}:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--bind", *self.addresses, "--port", str(self.port), "--dir", str(self.folder)]
        command += ["--protected-mode", "no", "--save", "", "--appendonly", "yes", "--appendfsync", self.fsync]
        command += self.options
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                WITH_US + command, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(ConnectionError, BusyLoadingError, TimeoutError):
                if self.client.ping():
                    return
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError(f"redis-server does not serve: {(self.folder / 'log').read_text()[-1000:]}")
            time.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        """STOP and CONT freeze and thaw it; after TERM or KILL it is waited for."""
        if self._process is None:
            return
        self._process.send_signal(number)
        if number in (signal.SIGTERM, signal.SIGKILL):
            self._process.wait(30)
            self._process = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("redis-server does not run")
        return self._process.pid


@contextlib.contextmanager
def redis_serving(
    folder: Path, addresses: tuple[str, ...] = ("127.0.0.1",), fsync: str = "everysec"
) -> Iterator[RedisServer]:
    server = RedisServer(folder, addresses, fsync)
    server.start()
    try:
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            server.send(signal.SIGCONT)
            server.send(signal.SIGKILL)
        server.client.close()
