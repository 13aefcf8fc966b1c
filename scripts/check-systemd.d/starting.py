"""What `systemctl start` promises, and what an operator reads afterwards."""

from results import must
from session import Session
from waiting import Stopwatch


def start_returns_when_ready(session: Session) -> str:
    """Type=notify: whoever is ordered after pulse.service may rely on working workers."""
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    watch = Stopwatch()
    unit.systemctl("start", "pulse")
    took = str(watch)
    state, slots = unit.is_active(), unit.slots()
    must(state == "active", f"is-active says {state} right after `systemctl start`")
    must(len(slots) == 2 and all(slot.state == "ready" for slot in slots.values()), f"not all are ready: {slots}")
    return f"start took {took}, 2/2 workers ready; the container's boot {session.boot_seconds:.2f} s"


def status_names_health(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    unit.systemctl("start", "pulse")
    printed = unit.systemctl("status", "--no-pager", "pulse")
    line = next((line.strip() for line in printed.splitlines() if line.strip().startswith("Status:")), "no Status line")
    must("healthy: 2/2 workers ready" in line, f"systemctl status shows: {line}")
    return line


def journal_has_fields(session: Session) -> str:
    """Native entries: `journalctl PULSE_SLOT=worker.1 -p warning` works."""
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    session.journal.mark()
    unit.systemctl("start", "pulse")
    own = session.journal.wait("an entry of the supervisor", lambda entry: entry.get("PULSE_SLOT") == "supervisor", 10)
    pid = str(unit.slots()["worker.1"].pid)
    said = session.journal.wait(
        "a line that worker.1 wrote",
        lambda entry: entry.get("PULSE_SLOT") == "worker.1" and entry.get("SYSLOG_PID") == pid,
        10,
    )
    for entry in (own, said):
        must(entry.get("_TRANSPORT") == "journal", f"not a native entry: {entry.get('_TRANSPORT')}")
        must(entry.get("PRIORITY") in list("01234567") and entry.get("MESSAGE"), f"no PRIORITY or MESSAGE: {entry}")
    chosen = session.container.run("journalctl", "PULSE_SLOT=worker.1", "-n", "1", "-o", "cat").stdout.strip()
    must(chosen, "journalctl PULSE_SLOT=worker.1 finds nothing")
    return f"worker.1 SYSLOG_PID={pid} PRIORITY={said['PRIORITY']} {said['MESSAGE']!r}; supervisor {own['MESSAGE']!r}"


def redis_away_fails_the_start(session: Session) -> str:
    """69 and the reason where an operator looks first. Restart= is off, else systemd is already at the next try."""
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2", PULSE_STARTUP="fail", PULSE_STARTUP_TIMEOUT="2s")
    unit.drop_in("[Service]\nRestart=no\n")
    unit.systemctl("stop", "redis-server")
    try:
        watch = Stopwatch()
        code = session.container.run("systemctl", "start", "pulse").returncode
        took = str(watch)
        shown = unit.show()
        printed = session.container.run("systemctl", "status", "--no-pager", "--full", "pulse").stdout
    finally:
        unit.systemctl("start", "redis-server")
    state = shown["ActiveState"]
    must(code != 0 and state == "failed", f"the start left with {code}, the unit is {state}")
    must(shown["ExecMainStatus"] == "69", f"exit status {shown['ExecMainStatus']}, not 69")
    reason = "redis connection refused (redis://127.0.0.1:6379)"
    must(reason in printed, f"systemctl status does not say {reason!r}: {printed[-600:]}")
    return f"start failed after {took}, exit status 69, systemctl status: {reason}"


CHECKS = [start_returns_when_ready, status_names_health, journal_has_fields, redis_away_fails_the_start]
