"""POST /api/index under 64 connections: requests a second, their latency, memory, and each 202 a job in Redis.

Load, Redis, supervisor and API share this machine; a worker would only take the jobs away that are counted.
"""

import contextlib
import http.client
import json
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

from figures import Report
from processes import WITH_US, clean_environment, kib, status
from redis_server import QUEUE, free_port, redis_serving
from supervisor import supervising
from waiting import until

SCRIPT = Path(__file__).with_name("api_load.lua")
SECRET = "bench-api-secret-of-forty-characters-abcd"
CONNECTIONS, THREADS = 64, 1
PER_SECOND, P99_MS, RESIDENT_MIB = 2000, 100, 64
MARK = "BENCH "


class Watch:
    """The most memory that a process was seen to hold, and what it holds when it is asked."""

    def __init__(self, pid: int) -> None:
        self.pid, self.most = pid, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.is_set():
            self.most = max(self.most, kib(status(self.pid)["VmRSS"]))
            time.sleep(0.1)

    def stop(self) -> float:
        """MiB."""
        self._over.set()
        self._thread.join()
        return self.most / 1024


def load(port: int, seconds: int) -> dict[str, int]:
    command = [*WITH_US, "wrk", f"-c{CONNECTIONS}", f"-t{THREADS}", f"-d{seconds}s", "--timeout", "30s"]
    command += ["-s", str(SCRIPT), f"http://127.0.0.1:{port}"]
    environment = clean_environment() | {"BENCH_SECRET": SECRET}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds + 60, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode != 0 or not lines:
        raise RuntimeError(f"wrk left with {done.returncode}: {done.stderr or done.stdout}")
    return json.loads(lines[0].removeprefix(MARK))


def ready(port: int) -> bool:
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    if shutil.which("wrk") is None:
        return out.remark("api: wrk is missing: scripts/install-deps --checks installs it")
    port, seconds = free_port(), 10 if quick else 60
    with redis_serving(folder / "redis") as redis:
        settings = {
            "PULSE_API": f"127.0.0.1:{port}",
            "PULSE_API_SECRET": SECRET,
            "PULSE_WORKERS": "0",
            "PULSE_STARTUP": "wait",
            "PULSE_REDIS_URL": redis.url,
            # Nothing that is measured asks them.
            "PULSE_TEI_URL": "http://127.0.0.1:9",
            "PULSE_QDRANT_URL": "http://127.0.0.1:9",
        }
        with supervising(programs, folder, settings) as supervisor:
            until("pulse-api is ready", 60, lambda: ready(port), supervisor.log_tail)
            watch = Watch(supervisor.slots()["api.1"]["pid"])
            told = load(port, seconds)
            resident = watch.stop()
            # wrk gives up what is under way when its time is over: those jobs are there, their 202s were not read.
            jobs = redis.client.llen(f"rq:queue:{QUEUE}")
    refused = told["status"]
    accepted = told["requests"] - refused
    rate = told["requests"] / (told["microseconds"] / 1e6)
    p50, p99, longest = (told[name] / 1000 for name in ("p50", "p99", "max"))
    lost = accepted - jobs
    errors = sum(told[name] for name in ("connect", "read", "write", "timeout"))
    out.figure(
        "api",
        "POST /api/index",
        f"{rate:.0f} requests/s, p50 {p50:.1f} p99 {p99:.1f} max {longest:.1f} ms, {resident:.1f} MiB resident",
        f"{CONNECTIONS} connections for {seconds} s, a distinct URL and 10 KB each: {accepted} answered 202, {refused} "
        f"otherwise, {errors} without an answer; {jobs} jobs in Redis, {max(0, lost)} missing; load generator, Redis "
        f"and API on {os.cpu_count()} cores; wanted: {PER_SECOND}/s, p99 below {P99_MS} ms, {RESIDENT_MIB} MiB",
        per_second=round(rate, 1),
        p50_ms=p50,
        p99_ms=p99,
        max_ms=longest,
        resident_mib=round(resident, 1),
        accepted=accepted,
        refused=refused,
        errors=errors,
        jobs=jobs,
    )
    if lost > 0:
        raise RuntimeError(f"{accepted} requests were answered 202, but only {jobs} jobs are in Redis")
