"""What the sampler and Redis' MONITOR wrote down, and what they prove."""

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

# What the claiming script does to a job; the times are Redis' own clock, which is the machine's.
CLAIM = re.compile(
    r'^([0-9.]+) \[\d+ lua\] "HSET" "rq:job:([^":]+)" "status" "started" .*"worker_name" "([^"]+)"', re.MULTILINE
)


@dataclass
class Life:
    slot: str
    # As the container counts; unique within one run.
    pid: int
    first: float
    # When it was last seen alive; infinite for whoever still was at the end.
    last: float = float("inf")


class Lives:
    """Worker processes and when they were seen alive."""

    def __init__(self, path: Path) -> None:
        self.all: list[Life] = []
        self.sweeps, self.longest = 0, 0.0
        by_host: dict[int, Life] = {}
        for line in path.read_text().splitlines():
            told = json.loads(line)
            if "seen" in told:
                life = by_host[told["seen"]] = Life(told["slot"], told["pid"], told["at"])
                self.all.append(life)
            elif "gone" in told:
                by_host[told["gone"]].last = told["last"]
            else:
                self.sweeps, self.longest = told["sweeps"], told["longest"]

    def overlapping(self) -> list[str]:
        """Pairs in one slot of which the older was seen alive after the younger."""
        found = []
        for slot in sorted({life.slot for life in self.all}):
            lives = sorted((life for life in self.all if life.slot == slot), key=lambda life: life.first)
            for older, younger in pairwise(lives):
                if older.last >= younger.first:
                    former = f"pid {older.pid} until {older.last:.3f}"
                    found.append(f"{slot}: {former}, pid {younger.pid} from {younger.first:.3f}")
        return found

    def last_seen(self, pid: int) -> float:
        return max((life.last for life in self.all if life.pid == pid), default=0.0)


class Claims:
    """Who took which job, and when."""

    def __init__(self, path: Path) -> None:
        self._by_job: dict[str, list[tuple[float, str]]] = {}
        self.count = 0
        for moment, job, worker in CLAIM.findall(path.read_text(errors="replace")):
            self._by_job.setdefault(job, []).append((float(moment), worker))
            self.count += 1

    def handed_over(self, lives: Lives, pids: dict[str, int]) -> tuple[int, list[str]]:
        """How many jobs went from one incarnation to another, and those whose former one was still alive then."""
        again, shared = 0, []
        for job, claims in self._by_job.items():
            for (_, former), (moment, later) in pairwise(claims):
                if former == later:
                    continue
                again += 1
                if former not in pids:
                    shared.append(f"{job}: {former} is in no line of the journal")
                elif lives.last_seen(pids[former]) >= moment:
                    lived = f"{former} (pid {pids[former]}) lived"
                    shared.append(f"{job}: claimed by {later} at {moment:.3f} while {lived}")
        return again, shared
