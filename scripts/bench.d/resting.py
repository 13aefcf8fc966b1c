"""What processes with nothing to do hold, and how often they wake all the same."""

import time
from dataclasses import dataclass

from processes import kib, rollup, status


@dataclass
class Rest:
    """KiB, and counts over the time in which it was left alone."""

    seconds: float
    # Voluntary context switches: each is one wait that ended.
    wakeups: int
    involuntary: int
    threads: int
    rss: int
    peak: int
    anonymous: int
    pss: int
    private: int

    def values(self) -> dict[str, float]:
        """For the JSON lines."""
        return {
            "seconds": round(self.seconds, 2),
            "wakeups": self.wakeups,
            "involuntary": self.involuntary,
            "threads": self.threads,
            "rss_kib": self.rss,
            "peak_kib": self.peak,
            "anonymous_kib": self.anonymous,
            "pss_kib": self.pss,
            "private_kib": self.private,
        }


def observe(pids: list[int], seconds: float) -> list[Rest]:
    """All over the same time, so that several do not take several times as long."""
    time.sleep(5)  # the start's own work is over
    begins = [(status(pid), time.monotonic()) for pid in pids]
    time.sleep(seconds)
    # Counts first: what reading the maps does to a process must not count.
    ends = [(status(pid), time.monotonic()) for pid in pids]
    return [
        rest(before, after, end - begin, rollup(pid))
        for pid, (before, begin), (after, end) in zip(pids, begins, ends, strict=True)
    ]


def rest(before: dict[str, str], after: dict[str, str], seconds: float, memory: dict[str, int]) -> Rest:
    voluntary, pushed = "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"
    return Rest(
        seconds=seconds,
        wakeups=int(after[voluntary]) - int(before[voluntary]),
        involuntary=int(after[pushed]) - int(before[pushed]),
        threads=int(after["Threads"]),
        rss=kib(after["VmRSS"]),
        peak=kib(after["VmHWM"]),
        anonymous=memory["Anonymous"],
        pss=memory["Pss"],
        private=memory["Private_Clean"] + memory["Private_Dirty"],
    )


def mib(size: int) -> str:
    """Of KiB."""
    return f"{size / 1024:.1f} MiB"
