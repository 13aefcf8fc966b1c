"""A crawl that brings what is indexed already, as new jobs: documents a second, and nothing is embedded."""

from pathlib import Path

import queued
from figures import Report
from stand_ins import standing_in
from worker_run import all_finished, measured, pulse_worker

DOCUMENTS_PER_S = 3000


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    count = 2000 if quick else 10_000
    with standing_in(folder) as stand_ins, pulse_worker(programs, folder, stand_ins) as process:
        queued.fill(stand_ins, count)
        all_finished(stand_ins, process, count)
        before = stand_ins.qdrant_stats()
        stand_ins.redis.flushall()
        # Jobs of their own, later ones; the documents are the same.
        queued.fill(stand_ins, count, again=True)
        stand_ins.control(reset=1)
        run = measured(stand_ins, process, count)
        embedded, after = stand_ins.tei_stats()["inputs"], stand_ins.qdrant_stats()
    if embedded or after["upserted"] != before["upserted"]:
        raise RuntimeError(f"{embedded} chunks embedded, {after['upserted'] - before['upserted']} points written")
    reads = after["retrieves"] - before["retrieves"]
    out.figure(
        "unchanged",
        "unchanged documents",
        f"{run.jobs_per_s:.0f} documents/s",
        f"target {DOCUMENTS_PER_S}; {count} documents crawled again, none embedded, nothing written, {reads} reads in "
        f"Qdrant; CPU {1e6 * run.cpu / run.jobs:.0f} us a document; peak {run.peak_mib:.0f} MiB",
        documents_per_s=round(run.jobs_per_s, 1),
        cpu_us_per_document=round(1e6 * run.cpu / run.jobs, 1),
        reads=reads,
    )
