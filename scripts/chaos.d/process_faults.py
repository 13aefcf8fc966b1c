"""Faults of Pulse's own processes, and of the network to one of their hosts."""

import contextlib
import os
import signal
import time
from collections.abc import Callable

from redis.exceptions import RedisError

from fault_log import FaultLog
from finding import own_pid
from hosts import Host
from kinds import CUT, SLOTS, WORKERS
from plan import Event
from system import System
from waiting import until

READY_SECONDS = 90
# Of the crashes that fail a job: it is to survive all that is done here, so the last is not dealt.
CRASH_LIMIT = 3


class ProcessFaults:
    def __init__(self, system: System, log: FaultLog, recrawl: Callable[[list[str]], None]) -> None:
        """`recrawl` gets the ids of the jobs in hand of whoever is frozen or cut off until others take them over."""
        self.system, self.log, self.recrawl = system, log, recrawl

    def inflict(self, event: Event, subject: str, what: str) -> None:
        while True:
            # Whoever was found may have gone before it is hit: its successor will do.
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                return self._inflict(event, subject, what)

    def _inflict(self, event: Event, subject: str, what: str) -> None:
        host, slot = self._place(event, subject)
        name = f"{event.kind} {event.victim}"
        pid = until(f"{name}: there is one", 60, lambda: host.worker(slot) if slot else host.pid, pause=0.1)
        match what:
            case "killed":
                if slot and self._is_at_its_last_chance(host, pid):
                    self.log.spared += 1
                    # Another moment will do: such a job is soon done.
                    time.sleep(1)
                    pid = until(name, 60, lambda: self._harmless(host, slot), pause=0.1)
                self._kill(event, host, slot, pid)
            case "frozen":
                # In the middle of work.
                held = until("it has jobs in hand", 20, lambda: self._in_hand(host, pid), pause=0.01)
                self._stop(event, host, pid, lambda: self.recrawl(held))
            case _:
                self._stop(event, host, pid)

    def cut(self, event: Event) -> None:
        there = self.system.there
        held = [job for slot in SLOTS if slot.startswith("b/") for job in self._held(slot)] if event.kind == CUT else []

        def cut() -> None:
            there.pull_the_plug()
            self.recrawl(held)

        self.log.timed(event, cut, there.plug_in)

    def _place(self, event: Event, subject: str) -> tuple[Host, str]:
        """The host, and the slot unless its supervisor is meant."""
        if subject == "supervisor":
            return self.system.hosts[event.victim], ""
        if subject == "api":
            return self.system.hosts["a"], "api.1"
        host, _, slot = event.victim.partition("/")
        return self.system.hosts[host], slot

    def _stop(self, event: Event, host: Host, pid: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        def stop() -> None:
            os.kill(pid, signal.SIGSTOP)
            meanwhile()

        def thaw() -> None:
            # Its supervisor may have ended it meanwhile.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            host.thaw()

        self.log.timed(event, stop, thaw)

    def _kill(self, event: Event, host: Host, slot: str, pid: int) -> None:
        own, starts = own_pid(pid), host.starts
        fault = self.log.at_once(event, lambda: os.kill(pid, signal.SIGKILL))
        slots = WORKERS + (host.name == "a")

        def is_back() -> bool:
            ready = host.ready()
            return ready.get(slot, own) != own if slot else host.starts > starts and len(ready) >= slots

        until(f"{event.kind} {event.victim}: ready again", READY_SECONDS, is_back, host.ready, pause=0.05)
        fault.ready_seconds = time.time() - fault.ended

    # What a worker has in hand, as Redis knows it

    def _entries(self, host: Host, pid: int) -> list[str]:
        """Job ids, of the worker that is that process."""
        redis, own = self.system.redis.server.client, str(own_pid(pid))
        for name in redis.smembers("pulse:workers"):
            record = redis.hgetall(f"pulse:worker:{name}")
            is_there = record.get("node") == self.system.there.name
            if record.get("pid") == own and is_there == (host.name == "b"):
                return redis.hkeys(f"pulse:inflight:{name}")
        return []

    def _in_hand(self, host: Host, pid: int) -> list[str]:
        with contextlib.suppress(RedisError, OSError):
            return self._entries(host, pid)
        return []

    def _held(self, place: str) -> list[str]:
        host, _, slot = place.partition("/")
        pid = self.system.hosts[host].worker(slot)
        return self._in_hand(self.system.hosts[host], pid) if pid else []

    def _is_at_its_last_chance(self, host: Host, pid: int) -> bool:
        """It holds a job that this death would fail."""
        redis = self.system.redis.server.client
        with contextlib.suppress(RedisError, OSError):
            crashes = [redis.hget(f"rq:job:{id}", "pulse_crashes") for id in self._entries(host, pid)]
            return any(int(count or 0) >= CRASH_LIMIT - 1 for count in crashes)
        return False

    def _harmless(self, host: Host, slot: str) -> int | None:
        pid = host.worker(slot)
        return pid if pid and not self._is_at_its_last_chance(host, pid) else None
