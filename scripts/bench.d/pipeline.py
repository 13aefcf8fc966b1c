"""The whole way of a document, with stand-ins that answer at once: what a worker itself can do and what a chunk costs.

Beside it what a Python RQ worker does with the same steps in the same run (old_product/).
"""

from pathlib import Path

import markdown_documents
import old_product
import queued
import stored_points
from figures import Report, spread, spread_values
from searchable import DOCUMENTS_PER_S, paced, searchable_ms, warm_worker
from stand_ins import StandIns, standing_in
from worker_run import Run, all_finished, measured, pulse_worker

CHUNKS_PER_CPU_S = 15_000
TIMES = {"Worker": 100, "SimpleWorker": 40}
# Where a window hardly larger than a chunk makes the worker ask for every token's place.
SMALL_WINDOW = 512
DEFAULT = "as set by default"


def pulse(programs: Path, folder: Path, stand_ins: StandIns, count: int, **settings: str) -> Run:
    """All points are checked in the end."""
    stand_ins.forget()
    queued.fill(stand_ins, count)
    with pulse_worker(programs, folder, stand_ins, **settings) as process:
        run = measured(stand_ins, process, count)
    stored_points.check(stand_ins, markdown_documents.documents(count))
    return run


def latency(programs: Path, folder: Path, stand_ins: StandIns, count: int) -> list[float]:
    with warm_worker(programs, folder, stand_ins) as process:
        begun = paced(stand_ins, markdown_documents.documents(count))
        all_finished(stand_ins, process, count)
    return searchable_ms(stand_ins, begun)


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    count = 2000 if quick else 10_000
    with standing_in(folder / "estimated") as stand_ins:
        runs = {
            DEFAULT: pulse(programs, folder, stand_ins, count),
            "64 in flight": pulse(programs, folder, stand_ins, count, PULSE_MAX_JOBS_IN_FLIGHT="64"),
        }
        for name, run in runs.items():
            figure(out, name, run, f"384 dimensions, window 8192, tokens estimated; {checked(count)}")
        times = latency(programs, folder, stand_ins, 300 if quick else 1500)
        peers = {
            kind: old_product.run(folder, stand_ins, kind, (30 if kind == "Worker" else 60) * (1 if quick else 4))
            for kind in TIMES
        }
    with standing_in(folder / "exact", max_input_length=SMALL_WINDOW) as stand_ins:
        run = pulse(programs, folder, stand_ins, count // 4)
        figure(out, "exact counts", run, f"window {SMALL_WINDOW}: every token's place asked for; {checked(count // 4)}")
    out.figure(
        "pipeline-latency",
        "enqueue to searchable",
        spread(times),
        f"{len(times)} documents, {DOCUMENTS_PER_S} a second, to the last of a document's points",
        **spread_values(times),
    )
    usual = runs[DEFAULT]
    for kind, peer in peers.items():
        times_as_many = usual.jobs_per_s / peer.jobs_per_s
        out.figure(
            "pipeline-peer",
            f"rq {kind} in Python",
            f"{peer}: Pulse {times_as_many:.0f}x",
            f"documents a second, target {TIMES[kind]}x; {peer.costs}; for a CPU second of its own Pulse makes "
            f"{usual.chunks_per_cpu_s / peer.chunks_per_cpu_s:.0f} times the chunks",
            kind=kind,
            times=round(times_as_many, 1),
            **peer.values,
        )


def checked(count: int) -> str:
    return f"{count} new documents, every point there, its text byte for byte and its vector checked"


def figure(out: Report, name: str, run: Run, note: str) -> None:
    out.figure(
        "pipeline",
        f"one worker, {name}",
        f"{run}, {run.chunks_per_cpu_s:.0f} chunks per CPU second",
        f"target {CHUNKS_PER_CPU_S} chunks per CPU second; {run.costs}; {note}",
        settings=name,
        **run.values,
    )
