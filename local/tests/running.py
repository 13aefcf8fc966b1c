"""Starts one of the servers for a test class and waits for its READY=1, on a socket of the test's own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class ServerProcess:
    """`python -m module` on a free port, told to notify us; `stop()` returns its exit code."""

    def __init__(self, module: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pulse-local-")
        path = f"{self._folder.name}/notify"
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(path)
        self.notify.settimeout(START_SECONDS)
        extra = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000"} | (environment or {})
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, "--port", "0", *arguments],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if k != "WATCHDOG_PID"} | extra,
            stderr=subprocess.DEVNULL,
        )
        status = self.await_message("READY=1")
        self.port = int(status.rsplit(":", 1)[1])

    def await_message(self, start: str) -> str:
        """The next datagram that begins with `start`; a server that died or says nothing fails the test by time-out."""
        while not (message := self.notify.recv(4096).decode()).startswith(start):
            pass
        return message

    def request(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = dict(headers or {})
        if body is not None:
            sent.setdefault("content-type", "application/json")
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection.request(method, path, raw, sent)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def second_on_the_same_port(self, *arguments: str) -> int:
        """The exit code of another server that is given this one's port."""
        command = [sys.executable, "-m", *self.process.args[2:3], "--port", str(self.port), *arguments]
        return subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, timeout=START_SECONDS).returncode

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=START_SECONDS)
        self.notify.close()
        self._folder.cleanup()
        return code


class ServerTestCase(unittest.TestCase):
    server: ServerProcess

    @classmethod
    def tearDownClass(cls) -> None:
        assert cls.server.stop() == 0, "TERM ends the server with 0"
