"""When a child's main began, as the C child itself tells it."""

import os
import select
from pathlib import Path


class Clock:
    """A FIFO that children write to, which their environment names. As a context it is closed at the end."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        # For reading and writing: with no writer of our own it would be at its end between two children.
        self._fifo = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._rest = b""
        self.environment = {"CLOCK_FILE": str(path)}

    def next(self, seconds: float = 10) -> tuple[int, int]:
        """When the next child's main began (CLOCK_MONOTONIC, nanoseconds), and its pid."""
        while b"\n" not in self._rest:
            if not select.select([self._fifo], [], [], seconds)[0]:
                raise TimeoutError(f"no child began within {seconds:g} s")
            self._rest += os.read(self._fifo, 65536)
        line, _, self._rest = self._rest.partition(b"\n")
        moment, pid = line.split()
        return int(moment), int(pid)

    def __enter__(self) -> "Clock":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fifo)
