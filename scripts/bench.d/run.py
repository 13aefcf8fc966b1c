"""Runs the measurements one after the other; scripts/bench builds and then becomes this."""

import argparse
import contextlib
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import at_rest
import indexing
import job_recovery
import machine
import restart_latency
import worker_restart
from figures import Report
from stack import serving

NAMES = ["restart", "worker-restart", "job-recovery", "rest", "indexing"]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/bench", description="Measures Pulse on this machine")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, 10 s instead of 60 s at rest")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"{', '.join(NAMES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the same figures, one JSON object a line")
    return parser.parse_args()


def run(asked: argparse.Namespace, folder: Path, out: Report) -> None:
    wanted = asked.only or NAMES
    child = folder / "clock-child"
    subprocess.run(["cc", "-O2", "-o", child, Path(__file__).with_name("clock-child.c")], check=True)
    if "restart" in wanted:
        restart_latency.report(asked.programs, folder / "restart", child, asked.quick, out)
    if wanted == ["restart"]:
        return
    with serving(folder / "stack") as stack:
        if "worker-restart" in wanted:
            worker_restart.report(asked.programs, folder / "worker", stack, asked.quick, out)
        if "job-recovery" in wanted:
            job_recovery.report(asked.programs, folder / "recovery", stack, asked.quick, out)
        if "rest" in wanted:
            at_rest.report(asked.programs, folder / "rest", stack, child, asked.quick, out)
        if "indexing" in wanted:
            indexing.report(asked.programs, folder / "indexing", stack, asked.quick, out)


def main() -> int:
    asked = options()
    # As an exception, so that everything started is ended on the way out.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    out = Report(asked.json)
    text, values = machine.describe()
    out.machine(text, **values)
    try:
        with tempfile.TemporaryDirectory(prefix="pulse-bench.") as folder:
            run(asked, Path(folder), out)
    except (RuntimeError, TimeoutError, OSError, subprocess.CalledProcessError) as error:
        print(f"scripts/bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
