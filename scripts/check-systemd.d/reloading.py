"""`systemctl reload pulse`: waits for the verdict, changes one worker at a time, or changes nothing."""

from journal import text
from results import must
from session import Session
from unit import Unit
from waiting import Stopwatch


def outlived(unit: Unit, main: str) -> str:
    """The unit's state, once it is sure that the same supervisor goes on."""
    state, shown = unit.is_active(), unit.show()
    must(state == "active", f"is-active says {state} after the reload")
    must(shown["MainPID"] == main, f"the supervisor was replaced: pid {main} is now {shown['MainPID']}")
    return state


def changed_setting_rolls_out(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="3", PULSE_STOP_TIMEOUT="20s")
    unit.systemctl("start", "pulse")
    before, main = unit.slots(), unit.show()["MainPID"]
    unit.settings(PULSE_STOP_TIMEOUT="25s")
    session.journal.mark()
    watch = Stopwatch()
    unit.systemctl("reload", "pulse")
    took = str(watch)
    state, after = outlived(unit, main), unit.slots()
    for name, slot in after.items():
        must(slot.state == "ready" and slot.pid != before[name].pid, f"{name} was not replaced: {slot}")
        environment = session.container.run("cat", f"/proc/{slot.pid}/environ").stdout.split("\0")
        must("PULSE_STOP_TIMEOUT=25s" in environment, f"{name} runs without the new setting")
    session.journal.wait_for("reload: done", 10)
    steps = [
        (entry["PULSE_SLOT"], "gone" if "to be replaced" in text(entry) else "ready")
        for entry in session.journal.since()
        if "to be replaced" in text(entry) or text(entry).startswith("ready after")
    ]
    expected = [(name, step) for name in sorted(before) for step in ("gone", "ready")]
    must(steps == expected, f"not one at a time: {steps}")
    return f"3 workers one after the other in {took}, main pid {main} unchanged, unit {state}"


def bad_setting_changes_nothing(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2", PULSE_STOP_TIMEOUT="20s")
    unit.systemctl("start", "pulse")
    before, main = unit.slots(), unit.show()["MainPID"]
    unit.settings(PULSE_STOP_TIMEOUT="soon")
    session.journal.mark()
    code = session.container.run("systemctl", "reload", "pulse").returncode
    must(code != 0, "systemctl reload succeeded with PULSE_STOP_TIMEOUT=soon")
    state, after = outlived(unit, main), unit.slots()
    pids = {name: slot.pid for name, slot in before.items()}
    must({name: slot.pid for name, slot in after.items()} == pids, f"workers were replaced: {before} {after}")
    said = session.journal.wait_for("PULSE_STOP_TIMEOUT: 'soon'", 10, "supervisor")
    return f"reload failed ({code}), pids unchanged, unit {state}, journal: {said!r}"


def longer_than_the_timeout(session: Session) -> str:
    """systemd limits a reload by TimeoutStartSec=; pulse.env alone should."""
    unit, stop, limit = session.unit, 4, 2
    unit.fresh(PULSE_WORKERS="2", PULSE_STOP_TIMEOUT=f"{stop}s", PULSE_MAX_JOBS_IN_FLIGHT="2")
    unit.drop_in(f"[Service]\nTimeoutStartSec={limit}\n")
    unit.systemctl("start", "pulse")
    main = unit.show()["MainPID"]
    unit.settings(PULSE_MAX_JOBS_IN_FLIGHT="3")
    with session.stack.frozen("tei"):
        session.stack.enqueue(12)
        unit.await_busy(2)
        watch = Stopwatch()
        unit.systemctl("reload", "pulse")
        took = watch.seconds
    must(took > limit, f"the reload took {took:.1f} s only, so the limit of {limit} s was never met")
    state = outlived(unit, main)
    return f"TimeoutStartSec={limit}, reload of busy workers with TEI away took {took:.1f} s, unit {state}"


CHECKS = [changed_setting_rolls_out, bad_setting_changes_nothing, longer_than_the_timeout]
