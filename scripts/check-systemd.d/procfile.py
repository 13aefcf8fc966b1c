"""Programs beside the workers, in the unit's sandbox: it may forbid what they are started by."""

from pathlib import Path

from results import must
from session import Session

# One that the shell becomes, one that it stays for and waits for.
COMMANDS = {"plain": "sleep 1000001", "shelled": "sleep 1000002; true"}
PROCFILE = "/etc/pulse/Procfile"
SUPERVISOR = "/usr/libexec/pulse/pulse-supervisor --env-file /etc/pulse/pulse.env"


def procfile_programs_run(session: Session) -> str:
    unit, container = session.unit, session.container
    unit.fresh(PULSE_WORKERS="1")
    file = Path(f"{container.folder}{PROCFILE}")
    file.write_text("".join(f"{name}: {command}\n" for name, command in COMMANDS.items()))
    file.chmod(0o644)
    unit.drop_in(f"[Service]\nExecStart=\nExecStart={SUPERVISOR} --procfile {PROCFILE}\n")
    try:
        unit.systemctl("start", "pulse")
        slots = unit.await_ready(1 + len(COMMANDS), 30)
        for name in COMMANDS:
            pid = slots[f"{name}.1"].pid
            user = container.run("ps", "-o", "user=", "-p", str(pid)).stdout.strip()
            must(user == "pulse", f"{name} runs as {user!r}")
        unit.systemctl("stop", "pulse")
        left = container.run("pgrep", "-f", "sleep 100000[12]").stdout.split()
        must(not left, f"left after a stop: {left}")
    finally:
        file.unlink()
        unit.drop_in(None)
    return f"{len(COMMANDS)} programs ready beside a worker, as the user pulse; none left after a stop"


CHECKS = [procfile_programs_run]
