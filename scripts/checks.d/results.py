"""One line for each check, and the closing line that a test runner's reader knows."""

import contextlib
import textwrap
import time
import traceback
from collections.abc import Callable


class Failed(Exception):
    """What was seen instead of what should be."""


class Cannot(Exception):
    """Why this machine can boot no container at all."""


class Skipped(Exception):
    """The capability that this machine lacks."""


def must(holds: object, text: str) -> None:
    """Not `assert`, which `python -O` would drop."""
    if not holds:
        raise Failed(text)


class Results:
    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0

    def run(self, name: str, check: Callable[[], str]) -> None:
        """`check` answers with what was seen; whatever it raises is its own failure, and the next one is still run."""
        begun = time.monotonic()
        try:
            verdict, text = "PASS", check()
            self.passed += 1
        except Skipped as reason:
            verdict, text = "SKIP", str(reason)
            self.skipped += 1
        except Exception as error:  # a check's own bug must not hide the others
            verdict, text = "FAIL", str(error) or type(error).__name__
            self.failed += 1
            if not isinstance(error, Failed | TimeoutError):
                text += f" ({type(error).__name__} at {place(error)})"
        first, *rest = text.split("\n")
        print(f"{verdict} {name}: {first} [{time.monotonic() - begun:.1f} s]", flush=True)
        if rest:
            print(textwrap.indent("\n".join(rest), "    "), flush=True)

    def close(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0


def place(error: BaseException) -> str:
    with contextlib.suppress(IndexError):
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
    return "?"
