"""Does what the plan says, and notes when each fault began, ended, and was over for whoever depends on it."""

import contextlib
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from redis.exceptions import RedisError
from waiting import until

from finding import own_pid
from hosts import Host
from kinds import BY_NAME
from plan import Event
from servers import slow
from system import System

READY_SECONDS = 90
# Of the crashes that fail a job: it is to survive all that is done here, so the last is not dealt.
CRASH_LIMIT = 3
MIB = 1 << 20


@dataclass
class Fault:
    kind: str
    victim: str
    # time.time(); `ended` for a kill is the kill itself.
    began: float
    ended: float
    # For what is started again by Pulse or by systemd: until the same slot was ready again.
    ready_seconds: float | None = None


class Faults:
    def __init__(self, system: System, recrawl: Callable[[list[str]], None]) -> None:
        """`recrawl` gets the ids of the jobs that a worker has in hand which is frozen for long."""
        self.system, self.recrawl = system, recrawl
        self.done: list[Fault] = []
        self.spared = 0
        self.troubles: list[str] = []
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._threads: list[threading.Thread] = []

    def run(self, events: list[Event], is_over: Callable[[], bool]) -> None:
        """Returns when the last one has begun."""
        begun = time.monotonic()
        for event in events:
            while (left := begun + event.at - time.monotonic()) > 0 and not is_over():
                time.sleep(min(left, 0.2))
            if is_over():
                return
            thread = threading.Thread(target=self._do, args=(event,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def join(self) -> None:
        for thread in self._threads:
            thread.join(READY_SECONDS + 60)

    def _do(self, event: Event) -> None:
        resource = self._resource(event)
        try:
            with self._locks[resource]:
                self._inflict(event)
        except Exception as error:  # one that could not be dealt must be known, and must not end the run
            self.troubles.append(f"{event}: {type(error).__name__}: {error}")

    @staticmethod
    def _resource(event: Event) -> str:
        kind = BY_NAME.get(event.kind)
        if kind is None:
            return event.victim or "link"
        return event.victim if kind.resource == "worker" else kind.resource

    def _inflict(self, event: Event) -> None:
        subject, _, what = event.kind.partition(" ")
        match subject:
            case "worker" | "supervisor" | "api":
                self._process(event, subject, what)
            case "network":
                self._timed(event, self.system.there.pull_the_plug, self.system.there.plug_in)
            case "disk":
                self._timed(event, self._fill_disks, self._empty_disks)
            case "memory":
                self._timed(event, self._starve, self._feed)
            case _:
                self._server(event, subject, what)

    def _timed(self, event: Event, begin: Callable[[], object], end: Callable[[], object]) -> Fault:
        began = time.time()
        try:
            begin()
            time.sleep(event.seconds)
        finally:
            end()
        fault = Fault(event.kind, event.victim, began, time.time())
        self.done.append(fault)
        return fault

    # Pulse's own processes

    def _process(self, event: Event, subject: str, what: str) -> None:
        host, slot = self._place(event, subject)
        pid = until(
            f"{event.kind} {event.victim}: there is one", 60, lambda: host.worker(slot) if slot else host.pid, pause=0.1
        )
        match what:
            case "killed":
                if self._is_spared(host, slot, pid):
                    self.spared += 1
                    # Another moment will do: the job at its last chance is soon done.
                    time.sleep(1)
                    pid = until(f"{event.kind} {event.victim}", 60, lambda: self._harmless(host, slot), pause=0.1)
                self._kill(event, host, slot, pid)
            case "frozen":
                # In the middle of work: what it has in hand is crawled again meanwhile.
                held = until("it has jobs in hand", 20, lambda: self._in_hand(host, pid), pause=0.01)
                self._freeze(event, pid, lambda: self.recrawl(held))
            case _:
                self._freeze(event, pid)

    def _place(self, event: Event, subject: str) -> tuple[Host, str]:
        if subject == "supervisor":
            return self.system.hosts[event.victim], ""
        if subject == "api":
            return self.system.hosts["a"], "api.1"
        host, _, slot = event.victim.partition("/")
        return self.system.hosts[host], slot

    def _freeze(self, event: Event, pid: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        def stop() -> None:
            os.kill(pid, signal.SIGSTOP)
            meanwhile()

        def thaw() -> None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

        with contextlib.suppress(ProcessLookupError):
            self._timed(event, stop, thaw)

    def _kill(self, event: Event, host: Host, slot: str, pid: int) -> None:
        own, starts = own_pid(pid), host.starts
        os.kill(pid, signal.SIGKILL)
        fault = Fault(event.kind, event.victim, time.time(), time.time())
        self.done.append(fault)

        def is_back() -> bool:
            ready = host.ready()
            if slot:
                return ready.get(slot, own) != own
            return host.starts > starts and len(ready) >= self._slots(host)

        until(f"{event.kind} {event.victim}: ready again", READY_SECONDS, is_back, host.ready, pause=0.05)
        fault.ready_seconds = time.time() - fault.ended

    @staticmethod
    def _slots(host: Host) -> int:
        return 3 if host.name == "a" else 2

    # What a worker has in hand, as Redis knows it

    def _entries(self, host: Host, pid: int) -> dict[str, str]:
        """Job ids, of the worker that is that process."""
        redis, own = self.system.redis.server.client, str(own_pid(pid))
        for name in redis.smembers("pulse:workers"):
            record = redis.hgetall(f"pulse:worker:{name}")
            if record.get("pid") == own and (record.get("node") == self.system.there.name) == (host.name == "b"):
                return redis.hgetall(f"pulse:inflight:{name}")
        return {}

    def _in_hand(self, host: Host, pid: int) -> list[str]:
        with contextlib.suppress(RedisError, OSError):
            return list(self._entries(host, pid))
        return []

    def _is_spared(self, host: Host, slot: str, pid: int) -> bool:
        """It holds a job that this death would fail."""
        workers = [pid] if slot.startswith("worker") else []
        redis = self.system.redis.server.client
        with contextlib.suppress(RedisError, OSError):
            for one in workers:
                for id in self._entries(host, one):
                    if int(redis.hget(f"rq:job:{id}", "pulse_crashes") or 0) >= CRASH_LIMIT - 1:
                        return True
        return False

    def _harmless(self, host: Host, slot: str) -> int | None:
        pid = host.worker(slot)
        return pid if pid and not self._is_spared(host, slot, pid) else None

    # What Pulse needs

    def _server(self, event: Event, subject: str, what: str) -> None:
        server, proxy = self.system.servers[subject], self.system.proxies.get(subject)
        match what:
            case "killed":

                def kill() -> None:
                    server.send(signal.SIGKILL)
                    if proxy:
                        proxy.become("down")

                def start() -> None:
                    server.start()
                    if proxy:
                        proxy.become("pass")

                self._timed(event, kill, start)
            case "paused":
                self._timed(event, lambda: server.send(signal.SIGSTOP), lambda: server.send(signal.SIGCONT))
            case "slow":
                began = time.time()
                slow(server.pid, event.seconds)
                self.done.append(Fault(event.kind, "", began, time.time()))
            case _:
                self._timed(event, lambda: proxy.become(what), lambda: proxy.become("pass"))

    def _fill_disks(self) -> None:
        for disk in self.system.disks:
            with (disk / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(MIB))
            with (disk / "ballast").open("ab", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(512))

    def _empty_disks(self) -> None:
        for disk in self.system.disks:
            (disk / "ballast").unlink(missing_ok=True)

    def _starve(self) -> None:
        self.system.redis.server.client.config_set("maxmemory", 1)

    def _feed(self) -> None:
        until("redis has memory again", 30, self._fed)

    def _fed(self) -> bool:
        with contextlib.suppress(RedisError):
            return bool(self.system.redis.server.client.config_set("maxmemory", 0))
        return False
