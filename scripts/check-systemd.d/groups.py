"""Control groups that a run makes: one for the container in each hierarchy that matters, gone with the run."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

BASE = Path("/sys/fs/cgroup")
PREFIX = "pulse-check."
UNIFIED = (BASE / "cgroup.controllers").exists()


def hierarchies() -> Iterator[Path]:
    """Below the group we are in: whoever limits us limits the container too."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if UNIFIED and controllers == "":
            yield BASE / path.lstrip("/")
        elif not UNIFIED:
            # Hybrid and legacy: systemd's own tree, its unified twin, and memory, for the one check that needs it.
            name = {"": "unified", "name=systemd": "systemd", "memory": "memory"}.get(controllers)
            if name and (BASE / name / "cgroup.procs").exists():
                yield BASE / name / path.lstrip("/")


class Groups:
    """nspawn makes groups beside its own; in a group of ours none of them lands among somebody else's."""

    def __init__(self, name: str) -> None:
        self.folders = [folder / f"{PREFIX}{name}" for folder in hierarchies()]

    def make(self) -> None:
        for folder in self.folders:
            folder.mkdir()

    def enter(self) -> None:
        """To be called in the child that becomes nspawn: what its group is then is the container's root."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text("0")

    def remove(self) -> None:
        for folder in self.folders:
            remove(folder)


def remove(folder: Path) -> None:
    """From the leaves up. A group with a process in it stays, for whoever looks for what was left behind."""
    for path, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(path).rmdir()


class MemoryGroup:
    """A memory limit for single processes, below the container's root group, so that they see it under its own name."""

    def __init__(self, groups: Groups) -> None:
        parents = [folder for folder in groups.folders if UNIFIED or folder.parts[4] == "memory"]
        # In cgroup v2 nspawn keeps itself and its payload in two groups; only the payload's tree is the container's.
        self._parent = (parents[0] / "payload" if UNIFIED else parents[0]) if parents else None
        self.folder = (self._parent or BASE) / "limited"

    def make(self) -> str | None:
        """None, or what this machine lacks."""
        if self._parent is None:
            return "no memory controller, neither in cgroup v1 nor in v2"
        try:
            if UNIFIED:
                (self._parent / "cgroup.subtree_control").write_text("+memory")
            self.folder.mkdir()
        except OSError as error:
            return f"no memory control group in {self._parent}: {error.strerror}"
        return None

    def add(self, pid: int) -> None:
        (self.folder / "cgroup.procs").write_text(str(pid))

    def release(self, pid: int) -> None:
        """Back to the container's own."""
        (self.folder.parent / "cgroup.procs").write_text(str(pid))

    def limit(self) -> None:
        """To what is used now: the next page is too much. Less than that cgroup v1 refuses to take."""
        current, limit = ("current", "max") if UNIFIED else ("usage_in_bytes", "limit_in_bytes")
        for _ in range(100):
            with contextlib.suppress(OSError):  # used more in the meantime
                (self.folder / f"memory.{limit}").write_text((self.folder / f"memory.{current}").read_text())
                return
        raise RuntimeError(f"{self.folder}/memory.{limit}: cannot be set to what is used")

    @property
    def kills(self) -> int:
        text = (self.folder / ("memory.events" if UNIFIED else "memory.oom_control")).read_text()
        return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("oom_kill ")), 0)
