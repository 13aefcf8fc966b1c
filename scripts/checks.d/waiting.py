"""Waiting for what only shows itself to whoever looks, always with a deadline and never longer than it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def until(
    what: str,
    seconds: float,
    look: Callable[[], Value | None],
    seen: Callable[[], object] | None = None,
    pause: float = 0.02,
) -> Value:
    """The first answer of `look` that is not None or False. Past the deadline TimeoutError says what was `seen`."""
    end = time.monotonic() + seconds
    while True:
        value = look()
        if value is not None and value is not False:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds:g} s" + (f"; {seen()}" if seen else ""))
        time.sleep(pause)


class Stopwatch:
    """Seconds since it was made, for the figures in a check's line."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s"
