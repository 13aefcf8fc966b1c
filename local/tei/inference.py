"""Permits, the queue and the computing threads: TEI counts inputs, not requests, and so does this."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import onnxruntime

from local.tei.errors import Overloaded


@dataclass(slots=True)
class Item:
    """One input on its way: its ids, whether anybody still wants it, and where its vector goes."""

    ids: list[int]
    gone: Callable[[], bool]
    done: asyncio.Future[np.ndarray | None]
    queued: float = field(default_factory=time.monotonic)
    started: float = 0.0
    finished: float = 0.0


class Model:
    """One onnxruntime session; its runs are single-threaded and may go on side by side."""

    def __init__(self, path: str) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Fused with the addition before it, normalisation takes eight times as long as both apart.
        self._session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )

    def pooled(self, ids: list[int]) -> np.ndarray:
        """The mean over all tokens, 384 floats, not normalised."""
        return self._session.run(None, {"ids": np.array([ids], dtype=np.int64)})[0][0]


class Engine:
    """Draws batches from a FIFO and computes them on one thread per core while the event loop keeps answering."""

    def __init__(self, model: Model, threads: int, permits: int, max_batch_tokens: int) -> None:
        self.free = permits
        self._model, self._threads, self._max_batch_tokens = model, threads, max_batch_tokens
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="inference")
        self._waiting: deque[Item] = deque()
        self._computing = 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def acquire(self, count: int) -> None:
        """All permits or none: a batch that finds too few is refused at once, as TEI does from 1.9 on."""
        if count > self.free:
            raise Overloaded()
        self.free -= count

    def release(self, count: int) -> None:
        self.free += count

    async def compute(self, inputs: list[list[int]], gone: Callable[[], bool]) -> list[Item]:
        """The inputs' items, finished, in order; their vectors are in `done`."""
        loop = asyncio.get_running_loop()
        items = [Item(ids, gone, loop.create_future()) for ids in inputs]
        self._waiting.extend(items)
        self._draw()
        await asyncio.gather(*(item.done for item in items))
        return items

    def _draw(self) -> None:
        # The next batch is drawn while the last inputs of the previous one are still computed: no core waits.
        while self._waiting and self._computing < self._threads:
            batch, tokens = [], 0
            while self._waiting and tokens + len(self._waiting[0].ids) <= max(self._max_batch_tokens, tokens):
                item = self._waiting.popleft()
                if item.gone():
                    item.done.set_result(None)
                    continue
                tokens += len(item.ids)
                batch.append(item)
                if tokens >= self._max_batch_tokens:
                    break
            # Longest first, so that the threads end together.
            for item in sorted(batch, key=lambda item: -len(item.ids)):
                self._submit(item)

    def _submit(self, item: Item) -> None:
        loop = asyncio.get_running_loop()
        self._computing += 1
        item.started = time.monotonic()
        running = loop.run_in_executor(self._pool, self._model.pooled, item.ids)
        running.add_done_callback(lambda future: self._finish(item, future))

    def _finish(self, item: Item, future: asyncio.Future[np.ndarray]) -> None:
        self._computing -= 1
        item.finished = time.monotonic()
        if not item.done.cancelled():
            if error := future.exception():
                item.done.set_exception(error)
            else:
                item.done.set_result(future.result())
        self._draw()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
