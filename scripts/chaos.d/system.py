"""The whole of a run: what is faulted, in one place, with what is known of it."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis as Client

import servers
from hosts import Host, Inside, await_ready
from other_host import HERE_ADDRESS, OtherHost, other_host
from servers import Proxy, Redis, Server, steady_port
from stack import COLLECTION

LOOPBACK = "127.0.0.1"
ADDRESSES = (LOOPBACK, HERE_ADDRESS)
# Room for the append-only file and the one that it is rewritten to.
REDIS_DISK, RUNTIME_DISK = "1536m", "16m"
# It flushes each write: in memory, so that the machine's disk is not what limits how many documents can be had.
QDRANT_DISK = "8g"
# A device that computes some hundred documents a second: with work in hand at most times, and never the bottleneck.
DEVICE = {"device": 1, "base_ms": 25, "token_us": 4}
SETTINGS = {
    "PULSE_QDRANT_COLLECTION": COLLECTION,
    "PULSE_STARTUP": "wait",
    "PULSE_STOP_TIMEOUT": "15s",
    "PULSE_MAX_JOBS_IN_FLIGHT": "16",
    # Else a supervisor might end a frozen worker before the thaw, which is what the freeze is for.
    "PULSE_WATCHDOG": "60s",
}


@dataclass
class System:
    folder: Path
    redis: Redis
    tei: Server
    qdrant: Server
    proxies: dict[str, Proxy]
    there: OtherHost
    api_port: int
    # Where "disk full" fills up.
    disks: tuple[Path, ...]
    hosts: dict[str, Host] = field(default_factory=dict)

    @property
    def servers(self) -> dict[str, Server]:
        return {"redis": self.redis, "tei": self.tei, "qdrant": self.qdrant}

    def client(self, **options: object) -> Client:
        return Client(LOOPBACK, self.redis.port, socket_timeout=3, **options)

    def settings(self, address: str) -> dict[str, str]:
        return SETTINGS | {
            "PULSE_REDIS_URL": self.redis.server.url_at(address),
            "PULSE_TEI_URL": f"http://{address}:{self.proxies['tei'].port}",
            "PULSE_QDRANT_URL": f"http://{address}:{self.proxies['qdrant'].port}",
        }


@contextlib.contextmanager
def disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@contextlib.contextmanager
def system(programs: Path, folder: Path, unfenced: bool) -> Iterator[System]:
    """Up and ready. Nothing of it is left behind but what it wrote into `folder`."""
    with contextlib.ExitStack() as exits:
        redis_disk = exits.enter_context(disk(folder / "redis-disk", REDIS_DISK))
        qdrant_disk = exits.enter_context(disk(folder / "qdrant-disk", QDRANT_DISK))
        runtime_disk = exits.enter_context(disk(folder / "a" / "run", RUNTIME_DISK))
        there = exits.enter_context(other_host(folder))
        redis = Redis(redis_disk / "data", ADDRESSES)
        tei = servers.tei(folder, steady_port(), **DEVICE)
        qdrant = servers.qdrant(qdrant_disk, folder / "qdrant.log", steady_port())
        for server in (redis, tei, qdrant):
            exits.callback(server.close)
            server.start()
        proxies = {}
        for server in (tei, qdrant):
            proxy = Proxy(server.name, server.port, ADDRESSES, folder / f"{server.name}-proxy.log")
            exits.callback(proxy.close)
            proxies[server.name] = proxy
        api_port = steady_port()
        running = System(folder, redis, tei, qdrant, proxies, there, api_port, (redis_disk, runtime_disk))
        inside = Inside(there)
        exits.callback(inside.close)
        guards = {"PULSETEST_GUARDS_OFF": "self-fence"} if unfenced else {}
        for name, address, own, wrap in (
            ("a", LOOPBACK, {"PULSE_API": f"{LOOPBACK}:{api_port}"}, ()),
            ("b", HERE_ADDRESS, {}, inside.wrap),
        ):
            settings = running.settings(address) | guards | own
            host = Host(name, programs, folder / name, settings, wrap)
            exits.callback(host.close)
            running.hosts[name] = host
        for host in running.hosts.values():
            await_ready(host, 60)
        yield running
