#!/usr/bin/env python3
"""Restart latency of pulse-supervisor: from SIGKILL of a child to the first line of its successor's main.

usage: restart_latency.py SUPERVISOR [ROUNDS]

The child is clock-child.c, compiled here with cc; restart limit and backoff are off. Both moments are CLOCK_MONOTONIC.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def percentile(sorted_values, fraction):
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * fraction))]


def measure(supervisor, rounds):
    folder = tempfile.mkdtemp(prefix="pulse-bench-")
    child = os.path.join(folder, "clock-child")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clock-child.c")
    subprocess.run(["cc", "-O2", "-o", child, source], check=True)
    clock = os.path.join(folder, "clock")
    os.mkfifo(clock)
    reader = os.fdopen(os.open(clock, os.O_RDWR | os.O_CLOEXEC), "rb", buffering=0)
    environment = dict(
        os.environ, CLOCK_FILE=clock, PULSE_WORKERS="1", PULSE_RESTART_LIMIT="0", PULSE_BACKOFF_BASE="0",
        PULSE_RUNTIME_DIR=os.path.join(folder, "run"), PULSE_LOG_LEVEL="error")
    environment.pop("NOTIFY_SOCKET", None)
    process = subprocess.Popen([supervisor, "--worker", child], env=environment)
    try:
        pid = int(reader.read(64).split()[1])
        latencies = []
        for _ in range(rounds):
            time.sleep(0.02)  # the supervisor back in its poll, the child in its pause
            killed = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            os.kill(pid, signal.SIGKILL)
            started, pid = (int(word) for word in reader.read(64).split())
            latencies.append((started - killed) / 1e6)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=10)
        shutil.rmtree(folder)
    latencies.sort()
    return latencies, code


def main():
    supervisor = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    latencies, code = measure(supervisor, rounds)
    print(
        f"restart latency (SIGKILL to the next main, limit and backoff off), {rounds} rounds: "
        f"p50 {percentile(latencies, 0.5):.3f} ms, p99 {percentile(latencies, 0.99):.3f} ms, "
        f"max {latencies[-1]:.3f} ms; supervisor's exit code {code}")
    return 0 if code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
