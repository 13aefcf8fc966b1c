"""pulsectl doctor on a booted host: what it says of the faults that used to take three logs and five endpoints."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from results import must
from session import Session
from stack import PORTS
from waiting import until

ENV_FILE = "/etc/pulse/pulse.env"
PROXY_PORT = 8443
# What nginx says when nobody listens where it passes requests on to; run inside, where no nginx is.
PROXY = f"""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1>nginx</body></html>"
class Proxy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(502)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)
    do_POST = do_GET
    def log_message(self, *_): pass
ThreadingHTTPServer(("127.0.0.1", {PROXY_PORT}), Proxy).serve_forever()
"""


class Diagnosis:
    """One run of the doctor, as a script reads it."""

    def __init__(self, session: Session, *command: str) -> None:
        done = session.container.run(*(command or ("pulsectl", "doctor")), "--json", seconds=30)
        self.code = done.returncode
        must(done.stdout.startswith("{"), f"no answer of the doctor's ({done.returncode}): {done.stderr.strip()}")
        told: dict[str, Any] = json.loads(done.stdout)
        self.first = (told.get("first") or {}).get("id")
        self.found = {finding["id"]: finding for finding in told["findings"]}

    def expect(self, severity: str, name: str, *words: str) -> None:
        finding = self.found.get(name)
        must(finding and finding["severity"] == severity, f"{name} is not {severity}: {json.dumps(self.found)[:1500]}")
        assert finding is not None
        said = f"{finding['cause']} -> {finding.get('remedy', '')}"
        for word in words:
            must(word in said, f"{name} does not say {word!r}: {said}")


def well_host_has_nothing_to_do(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    session.container.run("redis-cli", "CONFIG", "SET", "appendonly", "yes")
    unit.systemctl("enable", "pulse")
    unit.systemctl("start", "pulse")
    unit.await_ready(2, 30)
    seen = Diagnosis(session, "pulsectl", "doctor", "--probe")
    for name in ("redis.ok", "qdrant.ok", "tei.ok", "queue.ok", "workers.ok", "supervisor.ok", "unit.ok", "probe.ok"):
        seen.expect("ok", name)
    seen.expect("ok", "settings.ok", ENV_FILE)
    must(seen.code == 0 and seen.first is None, f"exit {seen.code}, first {seen.first}")
    unit.systemctl("disable", "pulse")
    after = Diagnosis(session)
    after.expect("warning", "unit.not-enabled", "systemctl enable pulse")
    must(after.code == 1, f"exit {after.code} with a warning")
    return f"all is well: exit 0, {seen.found['probe.ok']['cause']}; not enabled: exit 1"


@contextlib.contextmanager
def stopped(session: Session, name: str) -> Iterator[None]:
    session.unit.systemctl("stop", name)
    try:
        yield
    finally:
        session.unit.systemctl("start", name)


def three_failures_are_told_apart(session: Session) -> str:
    """The report's: Qdrant not started, TEI dead behind its proxy, and nobody who takes the jobs."""
    unit, container = session.unit, session.container
    unit.fresh(PULSE_WORKERS="2", PULSE_STARTUP="wait", PULSE_TEI_URL=f"http://127.0.0.1:{PROXY_PORT}")
    session.stack.enqueue(1)
    with session.background(*container.inside("python3", "-c", PROXY)), stopped(session, "pulse-qdrant"):
        with stopped(session, "pulse-tei"):
            until("the proxy answers", 10, lambda: Diagnosis(session).found.get("tei.bad-gateway"))
            idle = Diagnosis(session)
            idle.expect("broken", "supervisor.not-running", "systemctl start pulse")
            unit.systemctl("start", "pulse")
            seen = Diagnosis(session)
            seen.expect("broken", "qdrant.refused", f"nothing listens on port {PORTS['qdrant']}")
            seen.expect("broken", "tei.bad-gateway", "HTTP 502: a proxy answered for a dead backend")
            must(seen.first == "qdrant.refused" and seen.code == 2, f"first {seen.first}, exit {seen.code}")
            for command in ("systemctl status --no-pager --full -n 0 pulse", "pulsectl health", "pulsectl doctor"):
                print(f"# {command}\n{container.run(*command.split()).stdout}", flush=True)
        # TEI lives again, and its proxy does not know.
        direct = f"http://127.0.0.1:{PORTS['tei']}"
        Diagnosis(session).expect("broken", "tei.bad-gateway", f"{direct} answers directly: set PULSE_TEI_URL={direct}")
    return "qdrant.refused, tei.bad-gateway and supervisor.not-running, each with what to do; the direct address found"


def reader_without_rights_is_told_so(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    unit.systemctl("start", "pulse")
    nobody = Diagnosis(session, "setpriv", "--reuid=nobody", "--clear-groups", "pulsectl", "doctor")
    nobody.expect("broken", "settings.env-file-unreadable", f"{ENV_FILE} cannot be read: Permission denied")
    nobody.expect("warning", "supervisor.socket-forbidden", "usermod -aG pulse")
    session.container.run("chmod", "0600", ENV_FILE)
    session.container.run("chown", "root:root", ENV_FILE)
    try:
        Diagnosis(session).expect("broken", "unit.env-file-unreadable", "chown root:pulse")
    finally:
        session.container.run("chown", "root:pulse", ENV_FILE)
        session.container.run("chmod", "0640", ENV_FILE)
    return (
        "settings.env-file-unreadable and supervisor.socket-forbidden for nobody, unit.env-file-unreadable for the unit"
    )


CHECKS = [well_host_has_nothing_to_do, three_failures_are_told_apart, reader_without_rights_is_told_so]
