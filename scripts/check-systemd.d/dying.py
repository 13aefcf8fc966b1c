"""Who is replaced when something dies, and who is left alone."""

from processes import host_pid
from results import Skipped, must
from session import Session
from unit import Slot
from waiting import Stopwatch, until


def others_unharmed(session: Session, before: dict[str, Slot], main: str, victim: str) -> None:
    after, shown = session.unit.slots(), session.unit.show()
    for name, slot in before.items():
        if name != victim:
            must(after[name].pid == slot.pid, f"{name} was replaced too: pid {slot.pid} is now {after[name].pid}")
    must(shown["MainPID"] == main, f"the supervisor was replaced: pid {main} is now {shown['MainPID']}")
    must(shown["NRestarts"] == "0", f"systemd restarted the service {shown['NRestarts']} times")


def replaced(session: Session, victim: str, pid: int) -> Slot:
    def look() -> Slot | None:
        slot = session.unit.slots().get(victim)
        return slot if slot and slot.state == "ready" and slot.pid != pid else None

    return until(f"{victim} ready again", 30, look, lambda: str(session.unit.slots()))


def killed_worker_is_replaced_alone(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="3")
    unit.systemctl("start", "pulse")
    before, main = unit.slots(), unit.show()["MainPID"]
    pid = before["worker.2"].pid
    watch = Stopwatch()
    must(session.container.run("kill", "-KILL", str(pid)).returncode == 0, f"worker.2 (pid {pid}) could not be killed")
    new = replaced(session, "worker.2", pid)
    took = str(watch)
    others_unharmed(session, before, main, "worker.2")
    return f"worker.2 pid {pid} -> {new.pid}, ready again after {took}; the two others and the supervisor unchanged"


def limited_worker(session: Session, victim: str) -> int:
    """The pid of a new worker in `victim`'s slot, alone in the memory group and born there, as they all are."""
    main = host_pid(session.container, int(session.unit.show()["MainPID"]))
    former = session.unit.slots()[victim].pid
    session.memory.add(main)
    session.container.run("kill", "-KILL", str(former))
    pid = replaced(session, victim, former).pid
    # Out again before the limit falls: the supervisor's own next page must not be what the kernel kills for.
    session.memory.release(main)
    return pid


def F68_out_of_memory_is_told(session: Session) -> str:
    """A limit for one worker alone, set from outside to what it has; the kernel kills it for the next page."""
    unit, victim = session.unit, "worker.1"
    missing = session.memory.make()
    if missing:
        raise Skipped(missing)
    unit.fresh(PULSE_WORKERS="2")
    unit.systemctl("start", "pulse")
    pid = limited_worker(session, victim)
    before, main = unit.slots(), unit.show()["MainPID"]
    session.journal.mark()
    kills = session.memory.kills
    session.memory.limit()
    # A job makes it want more.
    session.stack.enqueue(20)
    until("the kernel's OOM kill", 60, lambda: session.memory.kills > kills, lambda: str(unit.slots()))
    said = session.journal.wait_for("killed by SIGKILL", 10, victim)
    # Its successor is born beside the supervisor, outside the limit.
    new = replaced(session, victim, pid)
    others_unharmed(session, before, main, victim)
    must("out of memory" in said, f"replaced, but the log does not say why it was killed: {said!r}")
    document = unit.status() or {"slots": []}
    deaths = [death["how"] for slot in document["slots"] if slot["slot"] == victim for death in slot["deaths"]]
    must(deaths and "out of memory" in deaths[-1], f"the status does not say it: {deaths}")
    return f"{victim} pid {pid} -> {new.pid}, the other and the supervisor unchanged; log: {said!r}"


def wedged_supervisor_is_restarted(session: Session) -> str:
    """A stopped process is alive for everybody but the watchdog."""
    unit = session.unit
    seconds = 3
    unit.fresh(PULSE_WORKERS="2")
    unit.drop_in(f"[Service]\nWatchdogSec={seconds}\n")
    unit.systemctl("start", "pulse")
    main = unit.show()["MainPID"]
    session.journal.mark()
    watch = Stopwatch()
    must(session.container.run("kill", "-STOP", main).returncode == 0, f"pid {main} could not be stopped")
    session.journal.wait_for("Watchdog timeout", seconds + 20)
    noticed = str(watch)
    shown = unit.await_state("active", 60, NRestarts="1")
    unit.await_ready(2, 30)
    must(shown["MainPID"] != main, f"the main pid is still {main}")
    return f"WatchdogSec={seconds}: ended after {noticed}, active with new workers after {watch}"


CHECKS = [killed_worker_is_replaced_alone, F68_out_of_memory_is_told, wedged_supervisor_is_restarted]
