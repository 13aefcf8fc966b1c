"""From SIGTERM to the supervisor's end: with children that obey at once, and with children that do not."""

import os
import select
import signal
import time
from pathlib import Path

from figures import Report, spread, spread_values
from supervisor import supervising

CHILDREN = 64
TARGET_MS = 200
DEADLINE_SECONDS = 2
# "stopped as asked but had to kill"
HAD_TO_KILL = 124


def measure(
    programs: Path, folder: Path, settings: dict[str, str], arguments: tuple[str, ...], rounds: int, exit_code: int
) -> list[float]:
    folder.mkdir()
    taken = []
    for number in range(rounds):
        own = folder / str(number)
        own.mkdir()
        with supervising(programs, own, settings, arguments, exit_code) as supervisor:
            for _ in range(CHILDREN):
                supervisor.wait_for_line(": ready after")
            time.sleep(0.5)  # back in its wait
            # Popen.wait with a timeout looks only now and then.
            ended = os.pidfd_open(supervisor.pid)
            begin = time.monotonic_ns()
            os.kill(supervisor.pid, signal.SIGTERM)
            if not select.select([ended], [], [], 30)[0]:
                raise TimeoutError("pulse-supervisor did not end within 30 s of SIGTERM")
            taken.append((time.monotonic_ns() - begin) / 1e6)
            os.close(ended)
    return taken


def report(programs: Path, folder: Path, child: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    (folder / "Procfile").write_text(f"idle: {child}\n")
    workers = {"PULSE_WORKERS": str(CHILDREN)}
    stubborn = workers | {"CHILD_IGNORES_TERM": "1", "PULSE_STOP_TIMEOUT": f"{DEADLINE_SECONDS}s"}
    worker = ("--worker", str(child))
    procfile = ("--procfile", str(folder / "Procfile"), "--notify", "idle", "--scale", f"idle={CHILDREN}")
    rounds, few = (3, 1) if quick else (10, 3)
    cases = [
        ("stop-workers", f"stop of {CHILDREN} idle workers", workers, worker, rounds, 0),
        ("stop-programs", f"stop of {CHILDREN} idle programs", {"PULSE_WORKERS": "0"}, procfile, rounds, 0),
        ("stop-stubborn", f"stop of {CHILDREN} that ignore TERM", stubborn, worker, few, HAD_TO_KILL),
    ]
    for name, label, settings, arguments, times, exit_code in cases:
        taken = measure(programs, folder / name, settings, arguments, times, exit_code)
        target = TARGET_MS + (1000 * DEADLINE_SECONDS if exit_code else 0)
        how = f"killed at PULSE_STOP_TIMEOUT={DEADLINE_SECONDS}s" if exit_code else "they leave at TERM"
        kind = "of a Procfile" if settings["PULSE_WORKERS"] == "0" else "run as workers"
        out.figure(
            name,
            label,
            spread(taken),
            f"SIGTERM to the supervisor's end, {times} rounds, C programs {kind}; {how}; target < {target} ms",
            rounds=times,
            children=CHILDREN,
            target_ms=target,
            exit_code=exit_code,
            **spread_values(taken),
        )
