"""In what a job run by Pulse is meant to look other than one run by a Python worker. Anything else is a defect."""

from collections.abc import Callable
from typing import Any

from comparison import ABSENT, Difference

YEAR = 31_536_000


def only_pulse(python: Any, pulse: Any) -> bool:
    return python == ABSENT


def only_python(python: Any, pulse: Any) -> bool:
    return pulse == ABSENT


def ends_with_reason(python: Any, pulse: Any) -> bool:
    return isinstance(python, str) and isinstance(pulse, str) and python.rstrip().endswith(f": {pulse}")


def lasts_a_year(python: Any, pulse: Any) -> bool:
    return python == "for ever" and isinstance(pulse, float) and abs(pulse - YEAR) < 5


def since(*first: int) -> Callable[[tuple[int, ...]], bool]:
    return lambda release: release >= first


TRACEBACK = "Pulse writes the reason alone, a Python worker a traceback that ends with it"
IMPORT = "Python fails to import the function, Pulse names those that it knows"
NO_RETRY = "what can never run is not tried again, and keeps its retries"
LEAK = "RQ keeps the results of a failed job for ever unless it has a failure_ttl; Pulse's end with the job"
RESULT = "the form of results since RQ 2.8, whose fields older readers pass over"

DIFFERENCES = [
    Difference("jobs/unheard-of*/exc_info", IMPORT, lambda python, pulse: "worker.unheard_of" in pulse),
    Difference("jobs/unheard-of*/results/0/exc_string", IMPORT, lambda python, pulse: "worker.unheard_of" in pulse),
    Difference("jobs/*/exc_info", TRACEBACK, ends_with_reason),
    Difference("jobs/*/results/*/exc_string", TRACEBACK, ends_with_reason),
    Difference("jobs/unheard-of-retried/retries_left", NO_RETRY, lambda python, pulse: (python, pulse) == (0, 1)),
    Difference(
        "jobs/unheard-of-retried/hash/retries_left", NO_RETRY, lambda python, pulse: (python, pulse) == ("0", "1")
    ),
    Difference("workers/0/failed", NO_RETRY, lambda python, pulse: python == pulse + 1),
    Difference("jobs/*/lifetime/results", LEAK, lasts_a_year),
    Difference("*keys/rq:results:*/expires", LEAK, lambda python, pulse: (python, pulse) == (False, True)),
    Difference("jobs/*/results/*/fields/execution_*", RESULT, only_pulse, lambda release: release < (2, 8)),
    Difference("jobs/*/results/*/fields/worker_name", RESULT, only_pulse, lambda release: release < (2, 5)),
    Difference(
        "registries/*/failed/failure-0",
        "RQ deletes the job and leaves its id in the registry until the next cleaning",
        only_python,
        sometimes=True,
    ),
    Difference("*keys/pulse:*", "Pulse's own bookkeeping", only_pulse),
    Difference("*/fields/pulse_state", "Pulse's own word for its state, told every 5 s", only_pulse, sometimes=True),
    Difference("workers/0/version", "Pulse tells its own version"),
    Difference(
        "after/keys/rq:worker:<worker>/fields/shutdown_requested_date",
        "Pulse notes when it was asked to stop also when it had nothing to do",
        only_pulse,
    ),
    Difference(
        "*keys/rq:scheduler*", "who promotes scheduled jobs holds a lock while it looks", only_python, sometimes=True
    ),
    Difference("*keys/rq:scheduler-lock:*", "Pulse's lock is not given back, it expires", only_pulse, sometimes=True),
    Difference(
        "*keys/rq:clean_groups/*",
        "a lock of RQ 3's, which looks for groups whose jobs are gone",
        only_python,
        since(3, 0),
    ),
    Difference(
        "*/rq:worker:<worker>/fields/current_job_working_time",
        "`rq info` of earlier releases reads it",
        only_pulse,
        since(3, 0),
    ),
    Difference(
        "jobs/repeated*/hash/result",
        "RQ writes a repeated job's result into its hash too, which is read only when there is no stream of results",
        only_python,
        since(2, 3),
    ),
    Difference(
        "jobs/repeated-later/hash/repeat_intervals",
        "in order and used up one by one, as since RQ 3; before, RQ took them from the end",
        lambda python, pulse: (python, pulse) == ("[1, 2]", "[2]"),
        lambda release: (2, 3) <= release < (3, 0),
    ),
]
