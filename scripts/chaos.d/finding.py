"""Finds the processes of a run, whoever their parent is by now."""

import contextlib
import os
from pathlib import Path


class Process:
    def __init__(self, pid: int, program: str, environment: dict[str, str]) -> None:
        self.pid, self.program, self.slot = pid, program, environment.get("PULSE_SLOT", "")


def processes_of(runtime: Path) -> list[Process]:
    """Whoever was started with that runtime folder, wherever it lives; the oldest first. nsenter is none of them."""
    mark, found = f"PULSE_RUNTIME_DIR={runtime}".encode(), []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{entry}/environ").read_bytes().split(b"\0")
                if mark in lines:
                    # Not /proc's comm, which ends after 15 characters.
                    program = Path(f"/proc/{entry}/cmdline").read_bytes().split(b"\0")[0].rpartition(b"/")[2].decode()
                    pairs = (line.decode(errors="replace").partition("=") for line in lines)
                    found.append(Process(int(entry), program, {name: value for name, _, value in pairs}))
    return sorted(
        (process for process in found if process.program not in ("nsenter", "setpriv")),
        key=lambda one: start_time(one.pid),
    )


def start_time(pid: int) -> int:
    """In clock ticks since boot; 0 for whoever has gone."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return 0


def own_pid(pid: int) -> int:
    """As the process itself sees it in its own space."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("NSpid:"):
            return int(line.split()[-1])
    return pid
