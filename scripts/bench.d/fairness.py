"""How long small documents wait while their worker has one of 20 MB in hand, beside a worker that has nothing else."""

import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import markdown_documents
from figures import Report, percentile, spread, spread_values
from redis_server import QUEUE
from searchable import DOCUMENTS_PER_S, enqueue, paced, searchable_ms, warm_worker
from stand_ins import StandIns, standing_in
from waiting import until
from worker_run import all_finished, pulse_worker

TIMES = 3
CHUNKS = 3
QUIET = 500
ELSEWHERE = "large"


def small_documents(seed: int) -> Iterator[dict[str, str]]:
    """Of three chunks, more or less."""
    for document in markdown_documents.documents(1_000_000, seed):
        yield document | {"markdown": document["markdown"][: CHUNKS * 700]}


def quiet(programs: Path, folder: Path, stand_ins: StandIns) -> list[float]:
    with warm_worker(programs, folder, stand_ins) as process:
        begun = paced(stand_ins, islice(small_documents(3), QUIET))
        all_finished(stand_ins, process, QUIET)
    return searchable_ms(stand_ins, begun)


def beside_a_large_one(programs: Path, folder: Path, stand_ins: StandIns, number: int) -> list[float]:
    """Those that were enqueued while the large one was being worked on."""
    with warm_worker(programs, folder, stand_ins) as process:
        return while_at_work(stand_ins, process, number, QUEUE, 1)


def beside_anothers(programs: Path, folder: Path, stand_ins: StandIns, number: int) -> list[float]:
    """The same with the large one in the hands of a second worker: what the machine and the servers owe to it."""
    settings = {"PULSE_QUEUES": ELSEWHERE, "PULSE_SLOT": "worker.2"}
    with (
        warm_worker(programs, folder, stand_ins) as process,
        pulse_worker(programs, folder / "other", stand_ins, **settings),
    ):
        until("two workers serve", 30, lambda: len(stand_ins.redis.smembers("rq:workers")) == 2, lambda: "one does")
        return while_at_work(stand_ins, process, number, ELSEWHERE, 0)


def while_at_work(stand_ins: StandIns, process: subprocess.Popen, number: int, queue: str, counted: int) -> list[float]:
    """`counted`: whether the large one's end shows in the queue of the small ones."""
    key = f"rq:job:{enqueue(stand_ins, markdown_documents.large_document(number), queue)}"
    begun = paced(stand_ins, small_documents(4 + number), lambda: stand_ins.redis.hget(key, "status") != "finished")
    all_finished(stand_ins, process, len(begun) + counted)
    return searchable_ms(stand_ins, begun)


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    with standing_in(folder) as stand_ins:
        alone = quiet(programs, folder, stand_ins)
        beside, anothers = (
            [time for number in range(2 if quick else 6) for time in measure(programs, folder, stand_ins, number)]
            for measure in (beside_a_large_one, beside_anothers)
        )
    times = percentile(beside, 0.99) / percentile(alone, 0.99)
    out.figure("fairness", "3 chunks, quiet worker", spread(alone), f"{len(alone)} documents", **spread_values(alone))
    out.figure(
        "fairness",
        "3 chunks beside 20 MB",
        f"{spread(beside)}: p99 {times:.1f}x",
        f"target {TIMES}x; enqueue to searchable of {len(beside)} documents, {DOCUMENTS_PER_S} a second, each sent "
        "while the worker had a document of 20 MB in hand; stand-ins that answer at once",
        times=round(times, 2),
        **spread_values(beside),
    )
    out.figure(
        "fairness",
        "the large one elsewhere",
        f"{spread(anothers)}: p99 {percentile(anothers, 0.99) / percentile(alone, 0.99):.1f}x",
        f"{len(anothers)} documents, while another worker on this machine had the 20 MB in hand: what the processors, "
        "Redis and the stand-ins that both share owe to it, and no worker could change",
        **spread_values(anothers),
    )
