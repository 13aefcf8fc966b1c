"""One run from the fresh copy to the last trace removed."""

import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import groups
import stack
from container import Container
from journal import Journal
from results import Failed
from rootfs import ROOT, copied, prepared
from stack import Stack
from unit import Unit

CACHE = ROOT / ".cache/check-systemd"


@dataclass
class Session:
    container: Container
    unit: Unit
    stack: Stack
    journal: Journal
    memory: groups.MemoryGroup
    boot_seconds: float

    @contextlib.contextmanager
    def background(self, *command: str, stdout: int | TextIO = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
        """Ends with the block; inside the container it may outlive nsenter, and ends with the container."""
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=quiet, text=True) as process:
            try:
                yield process
            finally:
                process.terminate()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two runs at once would share the cache; and under this lock whatever a killed run left is nobody's."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"another run holds {CACHE}/lock") from None
        for folder in CACHE.glob("run.*"):
            shutil.rmtree(folder, ignore_errors=True)
        for hierarchy in groups.hierarchies():
            for folder in hierarchy.glob(f"{groups.PREFIX}*"):
                groups.remove(folder)
        yield


@contextlib.contextmanager
def booted(programs: Path) -> Iterator[Session]:
    """Raises RuntimeError when this machine cannot do it."""
    root = prepared(CACHE)
    folder = CACHE / f"run.{os.getpid()}"
    log = CACHE / "console.log"
    container = Container(folder, stack.BOUND, log)
    try:
        copied(root, folder)
        install = [str(ROOT / "scripts/install"), "--root", str(folder), "--programs", str(programs)]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"scripts/install --root left with {done.returncode}: {done.stderr.strip()}")
        stack.install(folder)
        seconds = container.boot()
        journal = Journal(container)
        try:
            memory = groups.MemoryGroup(container.groups)
            yield Session(container, Unit(container), Stack(container), journal, memory, seconds)
        finally:
            keep(container)
            journal.close()
    finally:
        container.stop()
        shutil.rmtree(folder, ignore_errors=True)


def keep(container: Container) -> None:
    """The journal outlives the container, for whoever has to find out why a check failed."""
    with (CACHE / "journal.log").open("w") as out, contextlib.suppress(subprocess.SubprocessError, OSError):
        command, none = container.inside("journalctl", "--output=short-precise", "--no-pager"), subprocess.DEVNULL
        subprocess.run(command, stdin=none, stdout=out, stderr=none, timeout=20, check=False)
