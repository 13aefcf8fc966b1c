"""What asking a large fleet costs: GET /status and /metrics over the Unix socket, a connection for each request."""

import json
import socket
import time
from pathlib import Path
from typing import Any

from figures import Report, spread, spread_values
from supervisor import Supervisor, supervising

CHILDREN = 256
TARGET_P99_MS = 5
# The C child reports once and pings never: neither may become old while we measure.
SETTINGS = {"PULSE_WORKERS": str(CHILDREN), "PULSE_REPORT_INTERVAL": "1h", "PULSE_WATCHDOG": "2h"}
JOBS_IN_HAND = 3


def worker_report() -> str:
    """As a busy pulse-worker sends it: all services healthy, a few jobs in hand."""
    jobs = [
        {
            "id": f"6f1ed002-ab5a-4b7c-9c39-5f1b1d2d3e{number:02d}",
            "url": f"https://docs.example.org/en/latest/reference/section-{number}/a-page-of-usual-length.html",
            "since": 1790000000.25 + number,
        }
        for number in range(JOBS_IN_HAND)
    ]
    value: dict[str, Any] = {
        "v": 1,
        "worker": "pulse-worker.machine.4711.1790000000",
        "activity": "serving",
        "services": {name: {"state": "healthy"} for name in ("redis", "qdrant", "tei")},
        "done": 1234,
        "failed": 5,
        "retried": 67,
        "in_flight": JOBS_IN_HAND,
        "queued": 812,
        "current": jobs,
        "unlisted": 0,
    }
    return json.dumps(value, separators=(",", ":"))


def ask(path: Path, request: bytes) -> tuple[float, bytes]:
    """Milliseconds from the connect to the answer's last byte, and the answer."""
    pieces = []
    begin = time.perf_counter_ns()
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(request)
        while piece := client.recv(1 << 20):
            pieces.append(piece)
        taken = (time.perf_counter_ns() - begin) / 1e6
    return taken, b"".join(pieces)


def measure(supervisor: Supervisor, path: str, rounds: int) -> tuple[list[float], bytes]:
    """Milliseconds, and the last answer's body."""
    request = f"GET {path} HTTP/1.1\r\nHost: pulse\r\n\r\n".encode()
    taken, body = [], b""
    for _ in range(rounds):
        milliseconds, answer = ask(supervisor.socket, request)
        head, _, body = answer.partition(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise RuntimeError(f"GET {path}: {head[:200]!r}")
        taken.append(milliseconds)
    return taken, body


def report(programs: Path, folder: Path, child: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    rounds = 200 if quick else 1000
    settings = SETTINGS | {"CHILD_REPORT": worker_report()}
    with supervising(programs, folder, settings, ("--worker", str(child))) as supervisor:
        for _ in range(CHILDREN):
            supervisor.wait_for_line(": ready after")
        reports = sum(slot.get("report") is not None for slot in supervisor.slots().values())
        if reports != CHILDREN:
            raise RuntimeError(f"{reports} of {CHILDREN} reports were understood; is their form still the worker's?")
        for path in ("/status", "/metrics"):
            taken, body = measure(supervisor, path, rounds)
            out.figure(
                f"get-{path.removeprefix('/')}",
                f"GET {path}",
                spread(taken, 2),
                f"{CHILDREN} children, each with a report of {len(worker_report())} bytes; {len(body) / 1024:.0f} KiB "
                f"over the Unix socket, {rounds} requests one after the other, each with its own connection; target "
                f"p99 < {TARGET_P99_MS} ms",
                rounds=rounds,
                children=CHILDREN,
                bytes=len(body),
                target_p99_ms=TARGET_P99_MS,
                **spread_values(taken),
            )
