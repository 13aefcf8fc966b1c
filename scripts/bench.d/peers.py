"""Other supervisors, each with the same C child, out of the packages that unpack-peers has unpacked."""

import contextlib
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

from processes import running
from stack import ROOT

PEERS = ROOT / ".cache/bench/peers"
# Each one's Debian package.
PACKAGES = {"runsv": "runit", "s6-supervise": "s6", "supervisord": "supervisor"}
# What of their figure is a choice of theirs.
ABOUT = {
    "s6-supervise": "it pauses for a second after every death, however long the child lived",
    "supervisord": "it notes a death at one look and answers it at the next, a second later",
}
PATIENCE = 10.0


class Absent(Exception):
    """Cannot be run here, and why."""


@functools.cache
def unpacked() -> dict[str, str]:
    """Unpacks them, once; why not, by package, for each that cannot be had."""
    script = Path(__file__).with_name("unpack-peers")
    lines = subprocess.run([script], stderr=subprocess.PIPE, text=True, check=True).stderr.splitlines()
    return {package: reason for package, _, reason in (line.partition(": ") for line in lines)}


def version(name: str) -> str:
    """Of its package; empty when it is not there."""
    file = PEERS / PACKAGES[name] / "version"
    return f"{PACKAGES[name]} {file.read_text().strip()}" if file.exists() else ""


def program(name: str) -> Path:
    """Raises Absent."""
    package = PACKAGES[name]
    if package in unpacked():
        raise Absent(f"{package}: {unpacked()[package]}")
    return PEERS / package / "usr/bin" / name


def libraries() -> dict[str, str]:
    """Where the unpacked ones are. For everybody who is compared: the search costs each child a little, too."""
    unpacked()
    folders = sorted(str(path) for path in PEERS.glob("*/usr/lib/*-linux-*") if path.is_dir())
    return {"LD_LIBRARY_PATH": ":".join(folders)} if folders else {}


@contextlib.contextmanager
def runsv(folder: Path, child: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    command = [str(program("runsv")), str(folder)]
    folder.mkdir()
    (folder / "run").symlink_to(child)
    with running(command, environment, PATIENCE, stderr=subprocess.DEVNULL) as process:
        yield process


@contextlib.contextmanager
def s6_supervise(folder: Path, child: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    """Without s6-svscan, which looks for it in /usr/bin alone and takes no part in a restart."""
    command = [str(program("s6-supervise")), str(folder)]
    folder.mkdir()
    (folder / "run").symlink_to(child)
    with running(command, environment | libraries(), PATIENCE, stderr=subprocess.DEVNULL) as process:
        yield process


@contextlib.contextmanager
def supervisord(folder: Path, child: Path, environment: dict[str, str], count: int = 1) -> Iterator[subprocess.Popen]:
    """As Debian runs it, with `count` programs; raises Absent when Debian's Python lacks what it needs."""
    script, python = program("supervisord"), "/usr/bin/python3"
    modules = {"PYTHONPATH": str(PEERS / "supervisor/usr/lib/python3/dist-packages")}
    # Compiled once and kept, as an installed one is: else it would hold the compiler's memory as well.
    own = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"} | modules
    if subprocess.run([python, "-c", "import supervisor.supervisord"], env=own, capture_output=True).returncode != 0:
        raise Absent(f"{python} cannot import supervisor.supervisord; install python3-pkg-resources")
    folder.mkdir()
    sections = [
        f"[supervisord]\nnodaemon=true\nuser=root\nlogfile=/dev/null\nlogfile_maxbytes=0\nloglevel=error\n"
        f"pidfile={folder}/pid\nchildlogdir={folder}\n"
    ]
    for number in range(count):
        sections.append(f"[program:child{number}]\ncommand={child}\nautorestart=true\nstdout_logfile=NONE\n")
    (folder / "conf").write_text("\n".join(sections))
    command = [python, str(script), "-n", "-c", str(folder / "conf")]
    with running(command, own, PATIENCE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield process
