"""Runs the measurements one after the other; scripts/bench builds and then becomes this."""

import argparse
import contextlib
import functools
import subprocess
import sys
import tempfile
from pathlib import Path

import api
import at_rest
import chunking
import decoding
import device
import fairness
import indexing
import machine
import memory
import pickup
import pipeline
import queue_throughput
import recall
import recovery
import restart_latency
import restart_many
import restart_peers
import silent_rest
import splicing
import stage_profile
import status_latency
import stop_time
import unchanged
import worker_restart
from endings import leave_by_exception
from figures import Report
from stack import serving

# First those that need no servers: once started, these would be there to disturb them.
NAMES = [
    "restart",
    "restart-many",
    "status",
    "stop",
    "worker-restart",
    "api",
    "queue",
    "pickup",
    "recovery",
    "decode",
    "splice",
    "pipeline",
    "profile",
    "device",
    "unchanged",
    "chunk",
    "fairness",
    "memory",
    "rest",
    "indexing",
    "recall",
]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/bench", description="Measures Pulse on this machine")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, 10 s instead of 60 s at rest")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"{', '.join(NAMES)}")
    parser.add_argument(
        "--pool-seconds", type=float, default=20, metavar="N", help="how long recovery watches rq worker-pool (20)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="the same figures, one JSON object a line")
    return parser.parse_args()


def compiled(name: str, folder: Path) -> Path:
    source = Path(__file__).with_name(f"{name}.c")
    subprocess.run(["cc", "-O2", "-Wall", "-o", folder / name, source], check=True)
    return folder / name


def run(asked: argparse.Namespace, folder: Path, out: Report) -> None:
    programs, quick = asked.programs, asked.quick
    wanted = [name for name in NAMES if name in (asked.only or NAMES)]
    child, bare_loop = compiled("clock-child", folder), compiled("bare-loop", folder)
    with contextlib.ExitStack() as exits:
        stack = functools.cache(lambda: exits.enter_context(serving(folder / "stack")))
        for name in wanted:
            own = folder / name
            match name:
                case "restart":
                    restart_latency.report(programs, own, child, bare_loop, quick, out)
                    restart_peers.report(programs, own / "peers", child, bare_loop, quick, out)
                case "restart-many":
                    restart_many.report(programs, own, child, quick, out)
                case "status":
                    status_latency.report(programs, own, child, quick, out)
                case "stop":
                    stop_time.report(programs, own, child, quick, out)
                case "worker-restart":
                    worker_restart.report(programs, own, stack(), quick, out)
                case "api":
                    api.report(programs, own, quick, out)
                case "queue":
                    queue_throughput.report(programs, own, quick, out)
                case "pickup":
                    pickup.report(programs, own, quick, out)
                case "recovery":
                    recovery.report(programs, own, quick, asked.pool_seconds, out)
                case "decode":
                    decoding.report(own, quick, out)
                case "splice":
                    splicing.report(own, quick, out)
                case "pipeline":
                    pipeline.report(programs, own, quick, out)
                case "profile":
                    stage_profile.report(programs, own, quick, out)
                case "device":
                    device.report(programs, own, quick, out)
                case "unchanged":
                    unchanged.report(programs, own, quick, out)
                case "fairness":
                    fairness.report(programs, own, quick, out)
                case "chunk":
                    chunking.report(own, quick, out)
                case "memory":
                    memory.report(programs, own, quick, out)
                case "rest":
                    at_rest.report(programs, own, stack(), child, quick, out)
                    silent_rest.report(programs, own / "silent", child, quick, out)
                case "indexing":
                    indexing.report(programs, own, stack(), quick, out)
                case "recall":
                    recall.report(programs, own, quick, out)


def main() -> int:
    asked = options()
    leave_by_exception()
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
