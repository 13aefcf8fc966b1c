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
from results import Cannot, Failed
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
    # Where the built ones lie, on the host.
    programs: Path

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
            raise Cannot(f"another run holds {CACHE}/lock") from None
        for folder in CACHE.glob("run.*"):
            shutil.rmtree(folder, ignore_errors=True)
        try:
            for hierarchy in groups.hierarchies():
                for folder in hierarchy.glob(f"{groups.PREFIX}*"):
                    groups.remove(folder)
        except OSError as error:
            raise Cannot(f"no control groups: {error}") from error
        yield


@contextlib.contextmanager
def booted(programs: Path) -> Iterator[Session]:
    """Raises Cannot when this machine boots no container, and Failed when Pulse keeps it from booting."""
    folder = CACHE / f"run.{os.getpid()}"
    log = CACHE / "console.log"
    container = Container(folder, stack.BOUND, log)
    try:
        try:
            root = prepared(CACHE)
            copied(root, folder)
        except (RuntimeError, OSError) as error:
            raise Cannot(str(error)) from error
        install = [str(ROOT / "scripts/install"), "--root", str(folder), "--programs", str(programs)]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"scripts/install --root left with {done.returncode}: {done.stderr.strip()}")
        stack.install(folder)
        try:
            seconds = container.boot()
        except (RuntimeError, OSError) as error:
            if boots_without_pulse(root):
                raise Failed(f"a Debian boots here, but not with Pulse in it: {error}") from error
            raise Cannot(str(error)) from error
        journal = Journal(container)
        try:
            memory = groups.MemoryGroup(container.groups)
            yield Session(container, Unit(container), Stack(container), journal, memory, seconds, programs)
        finally:
            keep(container)
            journal.close()
    finally:
        container.stop()
        shutil.rmtree(folder, ignore_errors=True)


def boots_without_pulse(root: Path) -> bool:
    folder = CACHE / f"run.{os.getpid()}.bare"
    container = Container(folder, stack.BOUND, CACHE / "console-bare.log")
    try:
        copied(root, folder)
        container.boot()
    except (RuntimeError, OSError):
        return False
    finally:
        container.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return True


def keep(container: Container) -> None:
    """The journal outlives the container, for whoever has to find out why a check failed."""
    with (CACHE / "journal.log").open("w") as out, contextlib.suppress(subprocess.SubprocessError, OSError):
        command, none = container.inside("journalctl", "--output=short-precise", "--no-pager"), subprocess.DEVNULL
        subprocess.run(command, stdin=none, stdout=out, stderr=none, timeout=20, check=False)
