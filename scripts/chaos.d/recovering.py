"""How soon all was well again after each fault."""

import bisect
from collections import defaultdict

from fault_log import Fault
from figures import percentile
from ledger import Ledger

READY = ("worker killed", "supervisor killed", "api killed")
WHAT = (
    "recovery: from the end of a fault until a document that was sent after it is finished, other faults or not; "
    "of what is killed and started again by Pulse or its service manager: from the kill until it is ready again"
)


def recoveries(faults: list[Fault], ledger: Ledger, finished: dict[str, float]) -> dict[str, list[float]]:
    """Seconds by kind of fault; infinity where no document was finished after it."""
    ends = sorted((p.sent, finished[p.job]) for p in ledger.promises.values() if p.job in finished)
    # Of those that were sent then or later, who ended first.
    first: list[float] = []
    for _, ended in reversed(ends):
        first.append(min(ended, first[-1]) if first else ended)
    first.reverse()
    sent = [moment for moment, _ in ends]
    found: dict[str, list[float]] = defaultdict(list)
    for fault in faults:
        if fault.kind in READY:
            seconds = fault.ready_seconds if fault.ready_seconds is not None else float("inf")
        else:
            place = bisect.bisect_left(sent, fault.ended)
            seconds = first[place] - fault.ended if place < len(first) else float("inf")
        found[fault.kind].append(seconds)
    return found


def line(name: str, seconds: list[float]) -> str:
    p50, p99 = percentile(seconds, 0.5), percentile(seconds, 0.99)
    return f"  {name:<22}{len(seconds):>5} x   p50 {p50:6.2f} s   p99 {p99:6.2f} s   max {max(seconds):6.2f} s"
