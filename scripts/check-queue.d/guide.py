"""The commands of docs/migration.md, taken out of it, in a shell that lives as long as its reader's would."""

import contextlib
import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from documented import Malformed, blocks_in
from processes import WITH_US
from results import Failed
from stack import ROOT
from waiting import until

GUIDE = ROOT / "docs/migration.md"
RUNNER = "scripts/check-queue --only migration"
END = "pulse-check: the step is done"


def steps(text: str) -> dict[int, str]:
    """The blocks that are ours to run, by the number of the step that they stand in."""
    found: dict[int, str] = {}
    lines = text.splitlines()
    for block in blocks_in(GUIDE.name, text):
        if block.runner != RUNNER:
            continue
        items = (re.match(r"(\d+)\. ", line) for line in reversed(lines[: block.line]))
        number = next((int(item.group(1)) for item in items if item), 0)
        if block.language != "sh" or not number or number in found:
            raise Malformed(f"{block.place}: a block in sh, and one alone in its step (here {number}), is wanted")
        found[number] = block.text
    return found


class Reader:
    """Someone who follows the guide: runs its steps by their numbers."""

    def __init__(self, shell: subprocess.Popen, errors: Path) -> None:
        self._shell, self._errors = shell, errors
        self._steps = steps(GUIDE.read_text())
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.run: set[int] = set()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def unrun(self) -> set[int]:
        return set(self._steps) - self.run

    def _read(self) -> None:
        for line in self._shell.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def follow(self, number: int, seconds: float = 150) -> str:
        """What the step prints. A command that fails fails the check."""
        self.run.add(number)
        self._shell.stdin.write(f"{self._steps[number]}echo '{END}'\n")
        self._shell.stdin.flush()
        said: list[str] = []
        while True:
            try:
                line = self._lines.get(timeout=seconds)
            except queue.Empty:
                raise Failed(f"step {number} is not done after {seconds:g} s: {self._told(said)}") from None
            if line == END:
                return "\n".join(said)
            if line is None:
                raise Failed(f"step {number} failed: {self._told(said)}")
            said.append(line)

    def _told(self, said: list[str]) -> str:
        return "\n".join([*said, self._errors.read_text()[-1500:]])


@contextlib.contextmanager
def reading(folder: Path, environment: dict[str, str]) -> Iterator[Reader]:
    """In a folder where `.env` lies. What the steps started ends with the check."""
    errors = folder / "shell.log"
    command = [*WITH_US, "bash", "--noprofile", "--norc", "-euo", "pipefail", "-s"]
    with errors.open("w") as log:
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log, "text": True}
        shell = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, **options)
        try:
            # Its standard input ends with us, however we end.
            shell.stdin.write("trap 'kill 0' EXIT\n")
            yield Reader(shell, errors)
        finally:
            with contextlib.suppress(OSError):
                shell.stdin.close()
            shell.wait(30)
            end_session(shell.pid)


def end_session(group: int) -> None:
    """Those that a step has put into the background; each has been asked to leave."""
    try:
        until("the guide's processes leave", 20, lambda: not lives(group), pause=0.1)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
