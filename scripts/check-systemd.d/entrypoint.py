"""What deploy/Containerfile promises, without a container engine: PID 1, not root, its health check, its end."""

import re

from results import must
from rootfs import ROOT
from session import Session
from waiting import Stopwatch, until

CONTAINERFILE = ROOT / "deploy/Containerfile"
RUNTIME = "/run/pulse-entrypoint"
SUPERVISOR = "/usr/libexec/pulse/pulse-supervisor"
# As its kernel name, which ends after fifteen characters.
NAME = "pulse-superviso"


def health_check() -> str:
    """The command as the Containerfile has it, so that what is tried is what is shipped."""
    found = re.search(r"^HEALTHCHECK .*\\\n\s+CMD (.*)$", CONTAINERFILE.read_text(), re.MULTILINE)
    must(found, f"{CONTAINERFILE} has no HEALTHCHECK ... CMD")
    assert found is not None
    return found[1]


def supervisor_runs_as_pid_1(session: Session) -> str:
    container = session.container
    session.unit.fresh(PULSE_WORKERS="2")
    check = health_check()
    container.run("install", "-d", "-o", "pulse", "-g", "pulse", "-m", "0750", RUNTIME)

    def health() -> int:
        return container.run("sh", "-c", check, PULSE_RUNTIME_DIR=RUNTIME).returncode

    must(health() == 1, f"the health check passes with nobody running: {check}")
    command = [
        "unshare",
        "--pid",
        "--fork",
        "--mount-proc",
        "--kill-child",
        "setpriv",
        "--reuid=pulse",
        "--regid=pulse",
    ]
    command += ["--clear-groups", SUPERVISOR]
    inside = container.inside(*command, env={"PULSE_RUNTIME_DIR": RUNTIME, "PULSE_STARTUP": "wait"})
    with session.background(*inside) as running:
        until("the health check", 30, lambda: health() == 0)
        pid = container.run("pgrep", "--exact", NAME).stdout.strip()
        ids = container.run("grep", "-E", "^(Uid|NSpid)", f"/proc/{pid}/status").stdout.split("\n")
        must(ids[1].split()[-1] == "1", f"not PID 1: {ids}")
        # An orphan falls to PID 1, which has to reap it.
        container.run("nsenter", "--target", pid, "--pid", "sh", "-c", "(sh -c : &)")
        until("no zombie", 10, lambda: "Z" not in container.run("ps", "--ppid", pid, "-o", "stat=").stdout)
        session.unit.systemctl("stop", "pulse-qdrant")
        try:
            degraded = ["sh", "-c", "pulsectl health; echo $?"]
            until(
                "degraded",
                30,
                lambda: container.run(*degraded, PULSE_RUNTIME_DIR=RUNTIME).stdout.strip().endswith("\n1"),
            )
            must(health() == 0, "the health check fails because Qdrant is away, which no restart mends")
        finally:
            session.unit.systemctl("start", "pulse-qdrant")
        watch = Stopwatch()
        container.run("kill", "-TERM", pid)
        code = running.wait(60)
    must(code == 0, f"left with {code} after SIGTERM")
    return f"as PID 1 and not root: healthy, with Qdrant away degraded yet not unhealthy; SIGTERM: exit 0 after {watch}"


CHECKS = [supervisor_runs_as_pid_1]
