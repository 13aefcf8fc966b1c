"""The environments in which the versions of python-rq live, each made when it is first asked for."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from stack import ROOT

HERE = Path(__file__).parent
CACHE = ROOT / ".cache/rq"
VERSIONS = tuple(sorted(path.stem.removeprefix("requirements-") for path in HERE.glob("requirements-*.txt")))


def python(version: str) -> Path:
    """The interpreter that imports this very python-rq."""
    requirements = HERE / f"requirements-{version}.txt"
    folder, value = CACHE / version, hashlib.sha256(requirements.read_bytes()).hexdigest()
    interpreter, stamp = folder / "bin/python", folder / "requirements.sha256"
    CACHE.mkdir(parents=True, exist_ok=True)
    # Two runs at once would otherwise install into the same folder.
    with (CACHE / f"{version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.exists() and stamp.read_text() == value and interpreter.exists()):
            print(f"check-queue: Python packages for rq {version}", file=sys.stderr, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            quietly(sys.executable, "-m", "venv", str(folder))
            options = ("--disable-pip-version-check", "--no-deps")
            quietly(str(interpreter), "-m", "pip", "install", *options, "-r", str(requirements))
            stamp.write_text(value)
    return interpreter


def quietly(*command: str) -> None:
    """Its output only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} left with {done.returncode}:\n{(done.stderr or done.stdout)[-2000:]}")
