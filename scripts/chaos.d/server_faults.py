"""Faults of Redis, TEI and Qdrant, and of what they stand on."""

import contextlib
import signal

from redis.exceptions import RedisError

from fault_log import FaultLog
from plan import Event
from servers import slow
from system import System
from waiting import until

MIB = 1 << 20


class ServerFaults:
    def __init__(self, system: System, log: FaultLog) -> None:
        self.system, self.log = system, log

    def inflict(self, event: Event, subject: str, what: str) -> None:
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

                self.log.timed(event, kill, start)
            case "paused":
                self.log.timed(event, lambda: server.send(signal.SIGSTOP), lambda: server.send(signal.SIGCONT))
            case "slow":
                self.log.lasting(event, lambda: slow(server.pid, event.seconds))
            case _:
                self.log.timed(event, lambda: proxy.become(what), lambda: proxy.become("pass"))

    def fill_disks(self, event: Event) -> None:
        """That of Redis' append-only file, and that of a host's runtime folder."""

        def fill() -> None:
            for disk in self.system.disks:
                for size in (MIB, 512):
                    with (disk / "ballast").open("ab", buffering=0) as file, contextlib.suppress(OSError):
                        while True:
                            file.write(bytes(size))

        def empty() -> None:
            for disk in self.system.disks:
                (disk / "ballast").unlink(missing_ok=True)

        self.log.timed(event, fill, empty)

    def fill_memory(self, event: Event) -> None:
        """Redis refuses whatever would need more."""
        redis = self.system.redis.server.client

        def feed() -> bool:
            with contextlib.suppress(RedisError):
                return bool(redis.config_set("maxmemory", 0))
            return False

        starve = lambda: redis.config_set("maxmemory", 1)  # noqa: E731
        self.log.timed(event, starve, lambda: until("redis has memory again", 30, feed))
