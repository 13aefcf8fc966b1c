"""What documents show of a booted host: commands that only systemd answers, and the failure report's three failures."""

import subprocess
import sys
from collections.abc import Callable

import held_block
from doctoring import PROXY, PROXY_PORT, Diagnosis, stopped
from documented import blocks_for
from results import must
from rootfs import ROOT
from session import Session
from stack import PORTS, REDIS
from waiting import until

# Python-rq's worker as the replaced product ran it: in a thread, where no signal handler can be set.
THREADED_WORKER = """
import os, threading
from redis import Redis
from rq import Worker
worker = Worker(["indexing"], connection=Redis.from_url(os.environ["PULSE_REDIS_URL"]))
thread = threading.Thread(target=worker.work)
thread.start()
thread.join()
"""
CRASH = "signal only works in main thread"


# The same in every run, and not there yet.
COLLECTION = "pulse_docs"


def fresh(session: Session, **settings: str) -> None:
    session.unit.fresh(PULSE_WORKERS="2", **settings)
    session.unit.settings(PULSE_QDRANT_COLLECTION=COLLECTION)
    url = f"http://127.0.0.1:{PORTS['qdrant']}/collections/{COLLECTION}"
    subprocess.run(session.container.beside("curl", "--silent", "-X", "DELETE", url), capture_output=True, check=True)


def held(session: Session, check: Callable[[Session], str]) -> str:
    """Runs every block that names this check; a check whose blocks are gone holds nothing."""
    name = check.__name__.replace("_", "-")
    blocks = blocks_for(f"scripts/check-systemd --only {name}")
    must(blocks, f"no document has a block for {name}")

    def typed(command: str, _: bool) -> tuple[int, str]:
        done = session.container.run("bash", "-e", "-o", "pipefail", "-c", f"exec 2>&1\n{command}", seconds=180)
        return done.returncode, done.stdout

    return ", ".join(f"{block.place}: {held_block.hold(block, typed)}" for block in blocks)


def documented_commands(session: Session) -> str:
    fresh(session, PULSE_API="127.0.0.1:52100")
    # A log that tells of a finished job is what some of them look into.
    session.unit.systemctl("start", "pulse")
    lines = session.stack.enqueue(1)
    session.stack.verify(lines, COLLECTION, 60)
    try:
        return held(session, documented_commands)
    finally:
        session.unit.systemctl("disable", "pulse", "pulse-api.socket")


def signal_only_in_main_thread(session: Session) -> str:
    """The report's first: the worker's thread has died, its name is still registered, and nobody takes the jobs."""
    fresh(session)
    session.stack.enqueue(1)
    command = session.container.beside("env", f"PULSE_REDIS_URL={REDIS}", sys.executable, "-c", THREADED_WORKER)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    must(CRASH in done.stderr, f"the worker in a thread did not die of it: {done.stderr[-600:]}")
    until("nobody takes the job", 60, lambda: Diagnosis(session).found.get("queue.unserved"), pause=1)
    return held(session, signal_only_in_main_thread)


def qdrant_not_running(session: Session) -> str:
    unit = session.unit
    fresh(session, PULSE_STARTUP="wait")
    unit.systemctl("enable", "pulse")
    try:
        with stopped(session, "pulse-qdrant"):
            unit.systemctl("start", "pulse")
            session.stack.enqueue(3)
            return when_known(session, "qdrant", qdrant_not_running)
    finally:
        unit.systemctl("disable", "pulse")


def proxy_before_tei(session: Session) -> str:
    unit, container = session.unit, session.container
    fresh(session, PULSE_STARTUP="wait", PULSE_TEI_URL=f"http://127.0.0.1:{PROXY_PORT}")
    unit.systemctl("enable", "pulse")
    try:
        with session.background(*container.inside("python3", "-c", PROXY)), stopped(session, "pulse-tei"):
            until("the proxy answers", 10, lambda: Diagnosis(session).found.get("tei.bad-gateway"))
            unit.systemctl("start", "pulse")
            session.stack.enqueue(3)
            return when_known(session, "tei", proxy_before_tei)
    finally:
        unit.systemctl("disable", "pulse")


def when_known(session: Session, service: str, check: Callable[[Session], str]) -> str:
    """Both workers have said so, and the jobs are counted."""

    def look() -> bool:
        status = session.unit.status() or {}
        sick = status.get("services", {}).get(service, {})
        told = sick.get("state") == "unhealthy" and "reporters" not in sick
        others = [state for name, state in status.get("services", {}).items() if name != service]
        return told and status.get("queued") == 3 and all(other["state"] == "healthy" for other in others)

    until(f"the status names {service}", 60, look, lambda: str(session.unit.status()))
    return held(session, check)


CHECKS = [documented_commands, signal_only_in_main_thread, qdrant_not_running, proxy_before_tei]
