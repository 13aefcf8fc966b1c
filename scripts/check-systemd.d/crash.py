"""The supervisor is killed with eight busy workers: no slot is ever filled twice, no job ever run by two."""

import subprocess
import sys
from pathlib import Path

from evidence import Claims, Lives
from journal import text
from results import must
from session import CACHE, Session
from waiting import Stopwatch, until

WORKERS = 8
DOCUMENTS = 80
SAMPLES, COMMANDS = CACHE / "crash-samples.jsonl", CACHE / "crash-redis.log"


def registered(session: Session) -> dict[str, int]:
    """Pid, as the container counts, of each incarnation that the journal tells of since the mark."""
    names = {}
    for entry in session.journal.since():
        if text(entry).startswith("registered as ") and entry.get("SYSLOG_PID"):
            names[text(entry).removeprefix("registered as ").split()[0]] = int(entry["SYSLOG_PID"])
    return names


def is_sampling(sampler: subprocess.Popen[str]) -> bool:
    """It says so after its first sweep."""
    return sampler.stdout is not None and sampler.stdout.readline() == "ready\n"


def F69_killed_supervisor_with_busy_workers(session: Session) -> str:
    unit, stack = session.unit, session.stack
    # Few jobs each: TEI is real, and would not answer in time if eight workers asked for as much as they can.
    unit.fresh(PULSE_WORKERS=str(WORKERS), PULSE_MAX_JOBS_IN_FLIGHT="2")
    session.journal.mark()
    unit.systemctl("start", "pulse")
    sampler = [sys.executable, str(Path(__file__).with_name("sampler.py")), str(session.container.leader), str(SAMPLES)]
    with (
        session.background(*sampler) as samples,
        COMMANDS.open("w") as commands,
        session.background(*session.container.inside("redis-cli", "monitor"), stdout=commands) as monitor,
    ):
        until("the sampler's first sweep", 10, lambda: is_sampling(samples))
        until("MONITOR's first line", 10, lambda: COMMANDS.stat().st_size > 0, lambda: str(monitor.poll()))
        lines = stack.enqueue(DOCUMENTS)
        unit.await_busy(WORKERS)
        watch = Stopwatch()
        unit.systemctl("kill", "--signal=KILL", "--kill-whom=main", "pulse")
        unit.await_state("active", 90, NRestarts="1")
        active = str(watch)
        unit.await_ready(WORKERS, 90)
        ready = str(watch)
        verified = stack.verify(lines, unit.collection, 240)
        samples.terminate()
        samples.wait(10)
    lives, claims = Lives(SAMPLES), Claims(COMMANDS)
    twice = lives.overlapping()
    must(not twice, f"two live processes in one slot: {'; '.join(twice)} (samples: {SAMPLES})")
    must(len(lives.all) >= 2 * WORKERS, f"only {len(lives.all)} processes were seen (samples: {SAMPLES})")
    again, shared = claims.handed_over(lives, registered(session))
    must(not shared, f"jobs run by two at once: {'; '.join(shared)} (commands: {COMMANDS}, samples: {SAMPLES})")
    must(again > 0, "no job was run again, so nothing was in flight when the supervisor died")
    return (
        f"active again after {active}, healthy after {ready}; {len(lives.all)} processes in {lives.sweeps} sweeps at "
        f"most {1000 * lives.longest:.0f} ms apart, never two in a slot; {claims.count} claims, {again} jobs run "
        f"again, none by two at once; {verified}; samples: {SAMPLES}, Redis commands: {COMMANDS}"
    )


CHECKS = [F69_killed_supervisor_with_busy_workers]
