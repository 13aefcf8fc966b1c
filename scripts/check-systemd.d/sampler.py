"""Looks at the container's workers as fast as it can, in a process of its own, and writes down every change.

sampler.py LEADER FILE: until SIGTERM. Lines of JSON, times by the wall clock, which Redis' MONITOR goes by too:
{"seen": host pid, "pid": as the container counts, "slot", "at", "mark"}, later {"gone": host pid, "last": when it was
last seen alive}, at the end {"sweeps", "longest": seconds between two}. Whoever is alive at the end has no "gone".
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TextIO

PROGRAM = b"pulse-worker\n"


def read(path: str) -> bytes:
    """Empty when the process is gone, or not ours to look at."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(16384)
    except OSError:
        return b""


def is_alive(pid: int) -> bool:
    """A zombie runs nothing any more; one that is being killed still counts."""
    stat = read(f"/proc/{pid}/stat")
    return bool(stat) and stat.rpartition(b")")[2].split()[0] not in (b"Z", b"X")


def own_pid(pid: int) -> int:
    """As its innermost namespace counts."""
    for line in read(f"/proc/{pid}/status").splitlines():
        if line.startswith(b"NSpid:"):
            return int(line.split()[-1])
    return 0


def environment(pid: int, name: bytes) -> str:
    for variable in read(f"/proc/{pid}/environ").split(b"\0"):
        if variable.startswith(name + b"="):
            return variable[len(name) + 1 :].decode()
    return ""


class Sampler:
    def __init__(self, leader: int, out: TextIO) -> None:
        self._namespace = os.readlink(f"/proc/{leader}/ns/pid")
        self._out = out
        # Host pid of each live worker, and when it was last seen so.
        self._alive: dict[int, float] = {}
        # Pids that are no workers of the container, until they become one by exec or vanish.
        self._others: dict[int, bytes] = {}
        self.sweeps, self.longest = 0, 0.0

    def sweep(self) -> None:
        """An end is noticed before a beginning: whoever is found alive here was alive at the time noted."""
        for pid in list(self._alive):
            now = time.time()
            if is_alive(pid):
                self._alive[pid] = now
            else:
                self._write(gone=pid, last=self._alive.pop(pid))
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) not in self._alive:
                self._meet(int(name))
        self.sweeps += 1

    def _meet(self, pid: int) -> None:
        program = read(f"/proc/{pid}/comm")
        if self._others.get(pid) == program:
            return
        if program != PROGRAM:
            self._others[pid] = program
            return
        # Empty for a moment in the middle of exec, when the name is already the new one: the next sweep looks again.
        slot = environment(pid, b"PULSE_SLOT")
        try:
            is_inside = bool(slot) and os.readlink(f"/proc/{pid}/ns/pid") == self._namespace
        except OSError:
            is_inside = False
        if slot and not is_inside:
            self._others[pid] = program
        if is_inside and is_alive(pid):
            self._others.pop(pid, None)
            now = time.time()
            self._alive[pid] = now
            self._write(seen=pid, pid=own_pid(pid), slot=slot, at=now, mark=environment(pid, b"PULSE_INCARNATION"))

    def _write(self, **values: object) -> None:
        print(json.dumps(values), file=self._out, flush=True)


def main() -> int:
    leader, path = int(sys.argv[1]), Path(sys.argv[2])
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    os.nice(-10)  # else a sweep waits for the very workers that it watches
    with path.open("w") as out:
        sampler = Sampler(leader, out)
        last = time.monotonic()
        while not ended:
            sampler.sweep()
            last, before = time.monotonic(), last
            if sampler.sweeps > 1:
                sampler.longest = max(sampler.longest, last - before)
            elif sampler.sweeps == 1:
                print("ready", flush=True)
        sampler._write(sweeps=sampler.sweeps, longest=round(sampler.longest, 4))
    return 0


if __name__ == "__main__":
    sys.exit(main())
