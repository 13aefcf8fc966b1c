"""An append-only file of a real Redis, cut where a server killed in the middle of its write would leave it."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from redis_server import RedisServer

EXEC = b"*1\r\n$4\r\nEXEC\r\n"


class AppendOnly:
    """Of a server of its own, which keeps its port over all its lives."""

    def __init__(self, server: RedisServer) -> None:
        self.server = server
        self._whole = b""
        self._begin = 0

    @property
    def _folder(self) -> Path:
        return self.server.folder / "appendonlydir"

    @property
    def _file(self) -> Path:
        return next(self._folder.glob("*.incr.aof"))

    def record(self, before: Callable[[], None], step: Callable[[], None]) -> list[int]:
        """The file after both; answers where the transaction that `step` wrote is to be cut."""
        self.server.send(signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)
        self.server.start()
        before()
        self._begin = self._file.stat().st_size
        step()
        self._whole = self._file.read_bytes()
        written = self._whole[self._begin :]
        if not (written.startswith(b"*1\r\n$5\r\nMULTI") and written.endswith(EXEC) and written.count(EXEC) == 1):
            raise RuntimeError(f"the step wrote no single transaction: {written[:200]!r} ... {written[-200:]!r}")
        return self._positions()

    def _positions(self) -> list[int]:
        """At each command's end and a byte before it, and everywhere in EXEC."""
        borders, at = [self._begin], self._begin
        while at < len(self._whole):
            at = self._after_command(at)
            borders.append(at)
        found = {border + near for border in borders for near in (-1, 0)}
        found |= set(range(len(self._whole) - len(EXEC), len(self._whole)))
        return sorted(position for position in found if self._begin < position < len(self._whole))

    def _after_command(self, at: int) -> int:
        end = self._whole.index(b"\r\n", at)
        count, at = int(self._whole[at + 1 : end]), end + 2
        for _ in range(count):
            end = self._whole.index(b"\r\n", at)
            at = end + 2 + int(self._whole[at + 1 : end]) + 2
        return at

    def cut(self, position: int) -> None:
        """The server's next life begins with the file as it was up to there."""
        self.server.send(signal.SIGKILL)
        self._file.write_bytes(self._whole[:position])
        self.server.start()

    def restart(self) -> None:
        self.server.send(signal.SIGKILL)
        self.server.start()
