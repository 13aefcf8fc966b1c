"""The Debian 12 that is booted: made once by debootstrap, kept in the cache, made anew when its recipe changes."""

import hashlib
import shutil
import subprocess
from pathlib import Path

SUITE = "bookworm"
ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ROOT / "deploy/runtime-packages"
# Beside the libraries: an init with its bus, the queue, and what the local stack's servers run in.
PACKAGES = ["systemd", "systemd-sysv", "dbus", "redis-server", "python3-minimal", "libpython3-stdlib", "procps"]
# Half of the folder, of no use to any check, and copied for each run.
UNUSED = ["usr/share/doc", "usr/share/man", "usr/share/locale", "var/lib/apt/lists", "var/cache/apt", "usr/share/i18n"]


def libraries() -> list[str]:
    return [line for line in LIBRARIES.read_text().splitlines() if line and not line.startswith("#")]


def recipe() -> str:
    """This very file is part of it, so that any change here is noticed."""
    return hashlib.sha256(Path(__file__).read_bytes() + LIBRARIES.read_bytes()).hexdigest()


def mirror() -> list[str]:
    """Where apt gets its packages, so that debootstrap gets them there too; its own default when apt does not tell."""
    command = ["apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    for line in told.splitlines():
        suite, _, address = line.partition(" ")
        if suite == SUITE:
            return [address]
    return []


def prepared(cache: Path) -> Path:
    """The folder, made when it is not there yet. Raises RuntimeError with debootstrap's last words."""
    folder, stamp = cache / "root", cache / "recipe.sha256"
    if folder.is_dir() and stamp.is_file() and stamp.read_text() == recipe():
        return folder
    print("-- a Debian 12 to boot, by debootstrap (once)", flush=True)
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    log = cache / "debootstrap.log"
    include = ",".join(PACKAGES + libraries())
    command = ["debootstrap", "--variant=minbase", f"--include={include}", SUITE, str(folder), *mirror()]
    with log.open("w") as out:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)
    if done.returncode != 0:
        words = " ".join(log.read_text().splitlines()[-1:])
        raise RuntimeError(f"debootstrap left with {done.returncode}: {words} (the whole log: {log})")
    for name in UNUSED:
        shutil.rmtree(folder / name, ignore_errors=True)
    # Each boot then makes its own, as on a machine that starts for the first time.
    (folder / "etc/machine-id").write_text("")
    (folder / "etc/hostname").write_text("pulse-check\n")
    stamp.write_text(recipe())
    return folder


def copied(folder: Path, target: Path) -> None:
    """A fresh one for each run: nothing that one run did is there in the next."""
    subprocess.run(["cp", "-a", "--reflink=auto", str(folder), str(target)], check=True)
