"""What a worker holds: with eight documents of 20 MB at once, and at full load over very many documents."""

import time
from pathlib import Path

import markdown_documents
import queued
import stored_points
from figures import Report
from processes import kib, status
from searchable import enqueue
from stand_ins import StandIns, standing_in
from worker_run import all_finished, ended, none_failed, pulse_worker

LARGE, MOST_LARGE_MIB = 8, 256
MOST_STEADY_MIB = 64
SAMPLE_SECONDS = 0.25


def large(programs: Path, folder: Path, stand_ins: StandIns, out: Report) -> None:
    stand_ins.forget()
    documents = [markdown_documents.large_document(number) for number in range(LARGE)]
    for document in documents:
        enqueue(stand_ins, document)
    begun = time.monotonic()
    with pulse_worker(programs, folder, stand_ins) as process:
        all_finished(stand_ins, process, LARGE)
        seconds, peak = time.monotonic() - begun, kib(status(process.pid)["VmHWM"]) / 1024
    chunks = stored_points.check(stand_ins, documents)
    out.figure(
        "memory-large",
        f"{LARGE} documents of 20 MB",
        f"peak {peak:.0f} MiB",
        f"target below {MOST_LARGE_MIB}; {chunks} chunks in {seconds:.1f} s, each one checked",
        peak_mib=round(peak, 1),
        seconds=round(seconds, 1),
        chunks=chunks,
    )


def steady(programs: Path, folder: Path, stand_ins: StandIns, count: int, out: Report) -> None:
    stand_ins.forget()
    queued.fill(stand_ins, count)
    samples: list[float] = []
    with pulse_worker(programs, folder, stand_ins) as process:
        while ended(stand_ins) < count:
            none_failed(stand_ins)
            samples.append(kib(status(process.pid)["VmRSS"]) / 1024)
            time.sleep(SAMPLE_SECONDS)
        peak = kib(status(process.pid)["VmHWM"]) / 1024
    # The first quarter warms up; of the rest, how much more the last third holds than the first.
    rest = samples[len(samples) // 4 :]
    third = max(1, len(rest) // 3)
    growth = sum(rest[-third:]) / third - sum(rest[:third]) / third
    tenths = [samples[len(samples) * tenth // 10] for tenth in range(10)]
    out.figure(
        "memory-steady",
        "steady state at full load",
        f"peak {peak:.0f} MiB, {growth:+.1f} MiB over the run",
        f"target below {MOST_STEADY_MIB} and flat; {count} documents; MiB at each tenth: "
        + " ".join(f"{value:.0f}" for value in tenths),
        peak_mib=round(peak, 1),
        growth_mib=round(growth, 2),
        documents=count,
        tenths_mib=[round(value, 1) for value in tenths],
    )


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    with standing_in(folder) as stand_ins:
        large(programs, folder, stand_ins, out)
        steady(programs, folder, stand_ins, 10_000 if quick else 100_000, out)
