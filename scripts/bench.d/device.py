"""How full one, four and sixteen workers keep a device behind TEI's queue, and how they fare when TEI refuses or slows.

The device takes 5 ms for a batch and 2 us for a token (0.4 ms for a chunk of 200), batches of at most 16,384 tokens.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import queued
from figures import Report
from redis_server import QUEUE
from stand_ins import StandIns, standing_in
from worker_run import none_failed, pulse_worker

BATCH_TOKENS, BASE_S, TOKEN_S = 16_384, 0.005, 0.000_002
FULL_PERCENT, MOST_BATCHES, GOODPUT_PERCENT = 97, 4, 90
RAMP_SECONDS = 4
FACTOR = 10


@dataclass
class Watch:
    """What the device did while it was watched."""

    seconds: float
    chunks: int
    tokens: int
    stats: dict[str, Any]

    @property
    def chunks_per_s(self) -> float:
        return self.chunks / self.seconds

    @property
    def full_chunks_per_s(self) -> float:
        """Of batches of as many whole chunks of the mean size as fit in."""
        mean = self.tokens / self.chunks
        count = int(BATCH_TOKENS / mean)
        return count / (BASE_S + TOKEN_S * count * mean)

    def percent(self, left: float = 1) -> float:
        """`left`: the share of the time in which the device could be used."""
        return 100 * self.chunks_per_s / (self.full_chunks_per_s * left)


def watch(stand_ins: StandIns, seconds: float) -> Watch:
    """The queue must not run dry meanwhile."""
    stand_ins.control(reset=1)
    time.sleep(seconds)
    stats = stand_ins.tei_stats()
    if not stand_ins.redis.llen(f"rq:queue:{QUEUE}"):
        raise RuntimeError("the queue ran dry: the figure would say nothing")
    none_failed(stand_ins)
    return Watch(stats["seconds"], stats["computed"], stats["computed_tokens"], stats)


def run(
    programs: Path,
    folder: Path,
    stand_ins: StandIns,
    workers: int,
    count: int,
    watched: Callable[[], Watch],
) -> Watch:
    stand_ins.forget()
    queued.fill(stand_ins, count)
    with contextlib.ExitStack() as exits:
        for number in range(workers):
            exits.enter_context(pulse_worker(programs, folder / f"worker.{number}", stand_ins))
        time.sleep(RAMP_SECONDS)
        return watched()


def disturbed(stand_ins: StandIns, quick: bool) -> tuple[float, Callable[[], Watch]]:
    """A storm of 429, a pause, ten times slower, a pause; with the share of the time that the device has left."""
    storm, slow, pause = (2, 3, 3) if quick else (10, 10, 10)
    seconds = storm + slow + 2 * pause

    def act() -> Watch:
        stand_ins.control(reset=1)
        begun = time.monotonic()
        for wish, length in (({"storm": storm}, storm), ({}, pause), ({"slow": slow, "factor": FACTOR}, slow)):
            stand_ins.control(**wish)
            time.sleep(length)
        time.sleep(max(0, begun + seconds - time.monotonic()))
        stats = stand_ins.tei_stats()
        none_failed(stand_ins)
        return Watch(stats["seconds"], stats["computed"], stats["computed_tokens"], stats)

    return (slow / FACTOR + 2 * pause) / seconds, act


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    seconds = 15 if quick else 60
    # At 2,100 chunks a second and 7 for each document, and some more.
    count = int((seconds + RAMP_SECONDS) * 2200 / 5.5)
    for workers in (1, 4, 16):
        # Large windows, so that tokens are estimated.
        with standing_in(folder / f"{workers}", device=1, max_batch_tokens=BATCH_TOKENS) as stand_ins:
            seen = run(programs, folder, stand_ins, workers, count, lambda: watch(stand_ins, seconds))
            figure(out, workers, seen)
    with standing_in(folder / "disturbed", device=1, max_batch_tokens=BATCH_TOKENS) as stand_ins:
        left, act = disturbed(stand_ins, quick)
        seen = run(programs, folder, stand_ins, 4, count, act)
        out.figure(
            "device-disturbed",
            "429 storm, ten times slower",
            f"{seen.percent(left):.1f} % of what is left",
            f"4 workers, target {GOODPUT_PERCENT} %; {seen.chunks} chunks in {seen.seconds:.0f} s of which the device "
            f"had {100 * left:.0f} %; {seen.stats['refused']} requests refused; no job failed",
            goodput_percent=round(seen.percent(left), 2),
            **seen.stats,
        )


def figure(out: Report, workers: int, seen: Watch) -> None:
    depth, stats = seen.stats["depth"], seen.stats
    out.figure(
        "device",
        f"{workers} worker{'s' if workers > 1 else ''}, one device",
        f"{seen.percent():.1f} % of full batches; queue {depth['mean']:.1f}, p99 {depth['p99']:.1f}, "
        f"max {depth['max']:.1f} batches",
        f"target {FULL_PERCENT} % and {MOST_BATCHES} batches; {seen.chunks_per_s:.0f} of {seen.full_chunks_per_s:.0f} "
        f"chunks/s over {seen.seconds:.0f} s; {seen.chunks / stats['batches']:.1f} chunks a batch, device busy "
        f"{100 * stats['busy_seconds'] / seen.seconds:.1f} % of the time; {stats['refused']} requests refused",
        workers=workers,
        percent=round(seen.percent(), 2),
        chunks_per_s=round(seen.chunks_per_s, 1),
        **stats,
    )
