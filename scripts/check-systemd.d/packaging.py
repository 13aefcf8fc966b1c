"""The Debian package in the life of a host: installed, started, upgraded while documents come, removed and purged."""

import shutil
import subprocess
from pathlib import Path

from results import must
from rootfs import ROOT
from session import CACHE, Session
from waiting import Stopwatch

DOCUMENTS = 120
WORKERS = 2
# What scripts/install has put there, and the package brings in its own way.
INSTALLED = (
    "usr/libexec/pulse", "usr/bin/pulsectl", "etc/pulse", "usr/lib/sysusers.d/pulse.conf", "usr/lib/tmpfiles.d/pulse.conf",
    "usr/lib/systemd/system/pulse.service", "usr/lib/systemd/system/pulse.socket",
    "usr/lib/systemd/system/pulse-api.socket", "usr/lib/systemd/system/pulse.service.d",
    "etc/systemd/system/pulse.service.d",
)  # fmt: skip


def made(session: Session, version: str) -> Path:
    """The package, where the container sees it too. Its own path there comes first."""
    command = [str(ROOT / "scripts/package"), "--programs", str(session.programs), "--version", version]
    done = subprocess.run([*command, "--out", str(CACHE)], capture_output=True, text=True, check=False)
    must(done.returncode == 0, f"scripts/package left with {done.returncode}: {done.stderr.strip()[-600:]}")
    package = Path(done.stdout.strip().splitlines()[-1])
    shutil.copy(package, session.container.folder / "root" / package.name)
    return package


def dpkg(session: Session, *arguments: str) -> str:
    done = session.container.run("dpkg", *arguments, seconds=300, DEBIAN_FRONTEND="noninteractive")
    must(done.returncode == 0, f"dpkg {' '.join(arguments)} left with {done.returncode}: {done.stderr.strip()[-600:]}")
    return done.stdout


def errors(package: Path) -> int:
    """How many rules of Debian's were tried on it without finding an error."""
    done = subprocess.run(
        ["lintian", "--allow-root", "--info", "--display-level", "error", str(package)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    must(done.returncode == 0 and not done.stdout.strip(), f"lintian: {done.stdout.strip()[-800:]}")
    listed = subprocess.run(["lintian-explain-tags", "--list-tags"], capture_output=True, text=True, check=False)
    return len(listed.stdout.splitlines())


def forget_install(session: Session) -> None:
    session.unit.systemctl("stop", "pulse.socket", "pulse-api.socket", "pulse.service")
    for name in INSTALLED:
        path = session.container.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    session.unit.systemctl("daemon-reload")


def named(session: Session) -> set[str]:
    """Files that carry the name, but for the user's."""
    found = session.container.run("find", "/etc", "/usr", "/run", "/var/lib", "-xdev", "-name", "*pulse*")
    return set(found.stdout.split())


def package_installs_upgrades_and_purges(session: Session) -> str:
    unit, stack = session.unit, session.stack
    unit.fresh()
    forget_install(session)
    others = named(session)
    old, new = made(session, "0.1.0"), made(session, "0.1.0+next")
    tags = errors(new)

    said = dpkg(session, "--install", f"/root/{old.name}")
    must("/etc/pulse/pulse.env" in said, f"it does not say what to do next: {said[-300:]}")
    must(unit.is_active() == "inactive", "it started before its operator had written the settings")
    unit.systemctl("is-enabled", "pulse.service")
    mode = session.container.run("stat", "--format", "%a %U:%G", "/etc/pulse/pulse.env").stdout.strip()
    must(mode == "640 root:pulse", f"pulse.env, which will hold keys, is {mode}")
    unit.fresh(PULSE_WORKERS=str(WORKERS), PULSE_MAX_JOBS_IN_FLIGHT="2")
    unit.systemctl("start", "pulse")
    before = unit.await_ready(WORKERS, 60)

    with stack.frozen("tei"):
        lines = stack.enqueue(DOCUMENTS)
        unit.await_busy(WORKERS)
    watch = Stopwatch()
    dpkg(session, "--install", f"/root/{new.name}")
    took = str(watch)
    done, queued = stack.counts(lines)
    must(done < DOCUMENTS, "everything was done before the upgrade, which met no load")
    after = unit.await_ready(WORKERS, 60)
    must(all(after[name].pid != slot.pid for name, slot in before.items()), "the old programs run on")
    summary = stack.verify(lines, unit.collection, 120)

    unit.systemctl("enable", "pulse.socket", "pulse-api.socket")
    dpkg(session, "--remove", "pulse")
    must(unit.is_active() != "active", "it runs on after it was removed")
    must((session.container.folder / "etc/pulse/pulse.env").exists(), "a removal took the settings with it")
    dpkg(session, "--purge", "pulse")
    left = named(session) - others
    must(not left, f"a purge left behind: {' '.join(sorted(left))}")
    running = session.container.run("pgrep", "--list-full", "--euid", "pulse").stdout.strip()
    must(not running, f"processes of the user go on: {running}")
    user = session.container.run("getent", "passwd", "pulse").stdout.strip()
    must(user, "the user is gone, and its number may be given to another")
    return (
        f"upgrade in {took} with {DOCUMENTS - done} of {DOCUMENTS} documents to do, {queued} of them queued; {summary}; "
        f"purged but for the user; lintian without an error of its {tags} tags"
    )


CHECKS = [package_installs_upgrades_and_purges]
