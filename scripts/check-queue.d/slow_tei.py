"""The local embedding server behind a door: documents that say so wait before it until they are let in."""

import contextlib
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from waiting import until

# What a document holds that is to wait.
MARK = b"hold-"
# A held request ends by itself, so that nothing outlives a check that went wrong.
LONGEST_SECONDS = 60


class SlowTEI:
    def __init__(self, behind: str) -> None:
        self._behind = behind
        self._open = threading.Event()
        self._lock = threading.Lock()
        self._held = 0
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                door.pass_on(self, None)

            def do_POST(self) -> None:
                door.pass_on(self, self.rfile.read(int(self.headers.get("content-length", 0))))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def held(self) -> int:
        with self._lock:
            return self._held

    def await_held(self, count: int, seconds: float = 20) -> None:
        until(f"{count} documents before TEI", seconds, lambda: self.held == count, lambda: f"there are {self.held}")

    def release(self) -> None:
        """Lets in all who wait, and closes the door behind them."""
        opened, self._open = self._open, threading.Event()
        opened.set()

    def pass_on(self, handler: BaseHTTPRequestHandler, body: bytes | None) -> None:
        if body is not None and handler.path == "/embed" and MARK in body:
            with self._lock:
                self._held += 1
                gate = self._open
            gate.wait(LONGEST_SECONDS)
            with self._lock:
                self._held -= 1
        headers = {"content-type": handler.headers.get("content-type", "application/json")}
        request = urllib.request.Request(self._behind + handler.path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=LONGEST_SECONDS) as answer:
                self.reply(handler, answer.status, answer.read(), dict(answer.headers))
        except urllib.error.HTTPError as refusal:
            self.reply(handler, refusal.code, refusal.read(), dict(refusal.headers))

    @staticmethod
    def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
        # A worker that was told to stop has hung up.
        with contextlib.suppress(ConnectionError):
            handler.send_response(status)
            for name, value in headers.items():
                if name.lower().startswith("x-") or name.lower() == "content-type":
                    handler.send_header(name, value)
            handler.send_header("content-length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

    @contextlib.contextmanager
    def serving(self) -> Iterator["SlowTEI"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.release()
            self._server.shutdown()
            self._server.server_close()
            thread.join()
