"""The container's journal as it comes, entry by entry: what checks wait for instead of for the clock."""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from container import Container

Entry = dict[str, Any]


class Journal:
    """Follows pulse.service from the boot on; what one check did does not answer for the next (`mark`)."""

    def __init__(self, container: Container) -> None:
        self._container = container
        command = container.inside("journalctl", "--follow", "--lines=all", "--output=json")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self._new: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        self.entries: list[Entry] = []
        self._mark = self._marks = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            # A line cut short by the end of the container is nobody's entry.
            if line.endswith("}\n"):
                self._new.put(json.loads(line))

    def _drain(self, seconds: float) -> bool:
        try:
            entry = self._new.get(timeout=seconds) if seconds > 0 else self._new.get_nowait()
        except queue.Empty:
            return False
        # What systemd says of the unit names it in UNIT=, what the unit says carries _SYSTEMD_UNIT=.
        if "pulse.service" in (entry.get("_SYSTEMD_UNIT"), entry.get("UNIT")) or is_mark(entry):
            self.entries.append(entry)
        return True

    def mark(self) -> None:
        """From here on `wait` and `since` look. An entry itself, since what was logged before may reach us later."""
        self._marks += 1
        note = f"mark {self._marks}"
        self._container.run("systemd-cat", "--identifier=pulse-check", "echo", note)
        self.wait(note, lambda entry: text(entry) == note, 20)
        self._mark = len(self.entries)

    def since(self) -> Iterator[Entry]:
        """What came since the mark, without waiting."""
        while self._drain(0):
            pass
        yield from self.entries[self._mark :]

    def wait(self, what: str, wanted: Callable[[Entry], bool], seconds: float) -> Entry:
        """The first entry since the mark that is `wanted`."""
        end = time.monotonic() + seconds
        index = self._mark
        while True:
            while index < len(self.entries):
                index += 1
                if wanted(self.entries[index - 1]):
                    return self.entries[index - 1]
            if not self._drain(max(0.001, end - time.monotonic())) and time.monotonic() > end:
                last = " | ".join(text(entry) for entry in self.entries[self._mark :][-3:])
                raise TimeoutError(f"the journal did not say {what!r} within {seconds:g} s; last: {last}")

    def wait_for(self, part: str, seconds: float, slot: str | None = None) -> str:
        """The text of the first that holds `part`, of one slot or of anybody."""
        wanted = self.wait(part, lambda entry: part in text(entry) and slot in (None, entry.get("PULSE_SLOT")), seconds)
        return text(wanted)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def is_mark(entry: Entry) -> bool:
    return entry.get("SYSLOG_IDENTIFIER") == "pulse-check"


def text(entry: Entry) -> str:
    """journalctl prints bytes that are not text as a list of numbers."""
    message = entry.get("MESSAGE") or ""
    return message if isinstance(message, str) else bytes(message).decode(errors="replace")
