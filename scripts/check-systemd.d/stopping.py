"""`systemctl stop`: within the budget that pulse.env sets, nobody left, no job lost."""

from results import must
from session import Session
from waiting import Stopwatch


def clean(session: Session) -> None:
    shown = session.unit.show()
    # Not by the unit's control group, which systemd forgets once it is empty: by the user that nobody else runs as.
    left = session.container.run("pgrep", "--uid", "pulse", "--list-name").stdout.split("\n")[:-1]
    told = f"ActiveState={shown['ActiveState']} Result={shown['Result']} exit status {shown['ExecMainStatus']}"
    must(shown["ActiveState"] == "inactive" and shown["Result"] == "success", told)
    must(shown["ExecMainStatus"] == "0", told)
    must(not left, f"processes left: {left}")


def settled(session: Session, lines: list[str]) -> tuple[int, int]:
    """How many jobs are finished and how many queued: all of them, when none was lost."""
    finished, queued = session.stack.counts(lines)
    must(finished + queued == len(lines), f"{finished} finished and {queued} queued of {len(lines)} jobs")
    return finished, queued


def stop_takes(session: Session) -> float:
    watch = Stopwatch()
    session.unit.systemctl("stop", "pulse")
    return watch.seconds


def idle_workers_stop_at_once(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="4")
    unit.systemctl("start", "pulse")
    unit.await_ready(4, 30)
    took = stop_takes(session)
    clean(session)
    must(took < 5, f"idle workers took {took:.1f} s to stop")
    return f"4 idle workers: {took:.2f} s, exit 0, Result=success, no process left"


def busy_workers_finish(session: Session) -> str:
    """What they hold is finished, what waits stays queued."""
    unit, budget = session.unit, 30
    unit.fresh(PULSE_WORKERS="2", PULSE_MAX_JOBS_IN_FLIGHT="2", PULSE_STOP_TIMEOUT=f"{budget}s")
    unit.systemctl("start", "pulse")
    lines = session.stack.enqueue(24)
    unit.await_busy(2)
    took = stop_takes(session)
    clean(session)
    must(took < budget, f"took {took:.1f} s of {budget} s")
    finished, queued = settled(session, lines)
    counts = f"{finished} jobs finished, {queued} queued, none in between"
    return f"2 busy workers: {took:.2f} s of {budget} s, exit 0; {counts}"


def unfinishable_jobs_are_handed_back(session: Session) -> str:
    """A drain longer than TimeoutStopSec=: systemd must not cut it short, and no job may stay with a dead worker."""
    unit, budget, limit = session.unit, 6, 2
    unit.fresh(PULSE_WORKERS="2", PULSE_MAX_JOBS_IN_FLIGHT="2", PULSE_STOP_TIMEOUT=f"{budget}s")
    unit.drop_in(f"[Service]\nTimeoutStopSec={limit}\n")
    unit.systemctl("start", "pulse")
    with session.stack.frozen("tei"):
        lines = session.stack.enqueue(12)
        unit.await_busy(2)
        took = stop_takes(session)
    clean(session)
    must(limit < took < budget + 5, f"took {took:.1f} s; TimeoutStopSec={limit}, PULSE_STOP_TIMEOUT={budget}s")
    _, queued = settled(session, lines)
    spent = f"{took:.2f} s of {budget} s"
    return f"TEI does not answer, TimeoutStopSec={limit}: {spent}, exit 0; all {queued} jobs queued again"


CHECKS = [idle_workers_stop_at_once, busy_workers_finish, unfinishable_jobs_are_handed_back]
