"""Memory and descriptors of Pulse's processes, to be compared between two calm moments."""

import contextlib
import os
from collections import defaultdict
from dataclasses import dataclass

from finding import processes_of
from processes import kib, status
from system import System

PROGRAMS = ("pulse-supervisor", "pulse-worker", "pulse-api")
# A connection more to Redis, Qdrant or TEI is no leak.
DESCRIPTORS_MORE = 12
# What an allocator keeps after the work of a busy quarter of an hour, for each process.
MEMORY_TIMES, MEMORY_MORE_MIB = 1.5, 24


@dataclass
class Standing:
    """Of each program: how many processes, the most descriptors of one, MiB of all."""

    processes: dict[str, int]
    descriptors: dict[str, int]
    mib: dict[str, float]

    def __str__(self) -> str:
        return ", ".join(
            f"{self.processes[name]} {name} {self.mib[name]:.0f} MiB {self.descriptors[name]} descriptors"
            for name in PROGRAMS
            if name in self.processes
        )


def standing(system: System) -> Standing:
    count: dict[str, int] = defaultdict(int)
    descriptors: dict[str, int] = defaultdict(int)
    memory: dict[str, float] = defaultdict(float)
    for host in system.hosts.values():
        for process in processes_of(host.runtime):
            with contextlib.suppress(OSError, KeyError):
                held = len(os.listdir(f"/proc/{process.pid}/fd"))
                memory[process.program] += kib(status(process.pid)["VmRSS"]) / 1024
                descriptors[process.program] = max(descriptors[process.program], held)
                count[process.program] += 1
    return Standing(dict(count), dict(descriptors), dict(memory))


def grown(before: Standing, after: Standing) -> list[str]:
    """What is more than can be explained."""
    found = []
    for name in PROGRAMS:
        if after.processes.get(name) != before.processes.get(name):
            found.append(f"{before.processes.get(name)} {name} have become {after.processes.get(name)}")
            continue
        if after.descriptors[name] > before.descriptors[name] + DESCRIPTORS_MORE:
            found.append(f"{name} held {before.descriptors[name]} descriptors and holds {after.descriptors[name]}")
        if after.mib[name] > before.mib[name] * MEMORY_TIMES + MEMORY_MORE_MIB * after.processes[name]:
            found.append(f"{name} held {before.mib[name]:.0f} MiB and holds {after.mib[name]:.0f}")
    return found
