"""Who is told of a change of health, from within the unit's sandbox: a command and an address, once each."""

import json

from doctoring import stopped
from results import must
from session import Session
from waiting import until

# Where the sandbox lets a hook write.
TOLD = "/run/pulse/told"
PORT = 9393
POSTED = "/run/posted"
# Writes down each body that it is sent, a line each.
RECEIVER = f"""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("{POSTED}", "ab") as file:
            file.write(body + b"\\n")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_): pass
ThreadingHTTPServer(("127.0.0.1", {PORT}), Receiver).serve_forever()
"""


def lines(session: Session, path: str) -> list[dict[str, object]]:
    text = session.container.run("cat", path).stdout
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]


def change_of_health_is_told(session: Session) -> str:
    unit, container = session.unit, session.container
    container.run("rm", "-f", TOLD, POSTED)
    # With a pipe, so that the shell stays and its child has to be found by its group.
    unit.fresh(
        PULSE_WORKERS="2",
        PULSE_ON_HEALTH_CHANGE=f"cat | cat >> {TOLD}",
        PULSE_ALERT_WEBHOOK=f"http://127.0.0.1:{PORT}/s3cret-path",
    )
    with session.background(*container.inside("python3", "-c", RECEIVER)):
        unit.systemctl("start", "pulse")
        unit.await_ready(2, 30)
        with stopped(session, "pulse-tei"):
            until("the hook is told", 60, lambda: len(lines(session, TOLD)) == 1)
            until("the address is told", 60, lambda: len(lines(session, POSTED)) == 1)
        until("the hook is told of the end", 90, lambda: len(lines(session, TOLD)) == 2)
        until("the address is told of the end", 90, lambda: len(lines(session, POSTED)) == 2)
    told, posted = lines(session, TOLD), lines(session, POSTED)
    must([each["status"] for each in told] == ["degraded", "healthy"], f"the hook was told {told}")
    must([each["health"] for each in posted] == ["degraded", "healthy"], f"posted was {posted}")
    must("tei connection refused" in str(posted[0]["text"]), f"posted was {posted[0]['text']}")
    log = container.run("journalctl", "-u", "pulse", "-o", "cat").stdout
    must("s3cret-path" not in log, "the log shows the webhook's address")
    container.run("rm", "-f", TOLD, POSTED)
    return f"degraded and healthy, once each, by command and by address: {posted[0]['text']}"


CHECKS = [change_of_health_is_told]
