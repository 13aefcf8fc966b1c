"""The replaced product's module, as far as the queue sees it: its functions answer what Pulse was seen to answer."""

import functools
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rq import get_current_job

SUCCESS = {"success": True, "url": "https://example.org/", "chunks_indexed": 1, "total_tokens": 1}
_runs: Counter[str] = Counter()


class IndexingFailed(Exception):
    pass


@functools.cache
def _lessons() -> dict[str, list[tuple[str, Any]]]:
    """What is to become of each job's runs, in turn; the last one of all later runs too."""
    return json.loads(Path(os.environ["PULSE_CHECK_LESSONS"]).read_text())


def _taught() -> Any:
    job = get_current_job()
    if job.id.startswith("hold-"):
        # Until the worker is told to kill it.
        time.sleep(120)
    lessons = _lessons().get(job.id) or [("return", SUCCESS)]
    how, what = lessons[min(_runs[job.id], len(lessons) - 1)]
    _runs[job.id] += 1
    if how == "raise":
        raise IndexingFailed(what)
    return what


def index_document_job(document: dict[str, Any]) -> Any:
    return _taught()


def index_document_batch_job(documents: list[dict[str, Any]]) -> Any:
    return _taught()


def rescrape(document: dict[str, Any]) -> Any:
    """One that only Python knows."""
    return _taught()


def succeeded(*arguments: Any) -> None:
    """A callback."""
