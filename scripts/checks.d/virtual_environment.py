"""Python environments of the checks' own, each made when it is first asked for and again when its list changes."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path


def interpreter(requirements: Path, folder: Path, what: str) -> Path:
    """The Python that imports what the file `requirements` lists, installed in `folder`."""
    value = hashlib.sha256(requirements.read_bytes()).hexdigest()
    python, stamp = folder / "bin/python", folder / "requirements.sha256"
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Two runs at once would otherwise install into the same folder.
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.exists() and stamp.read_text() == value and python.exists()):
            print(f"Python packages for {what}", file=sys.stderr, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            quietly(sys.executable, "-m", "venv", str(folder))
            options = ("--disable-pip-version-check", "--no-deps")
            quietly(str(python), "-m", "pip", "install", *options, "-r", str(requirements))
            stamp.write_text(value)
    return python


def quietly(*command: str) -> None:
    """Its output only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} left with {done.returncode}:\n{(done.stderr or done.stdout)[-2000:]}")
