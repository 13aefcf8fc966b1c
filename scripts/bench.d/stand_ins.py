"""Redis with stand-ins for TEI and Qdrant that are written for speed (stand-ins/*.c), and what they saw."""

import contextlib
import functools
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from redis import Redis

from processes import clean_environment, running
from redis_server import RedisServer, free_port, redis_serving
from stack import COLLECTION

SOURCES = Path(__file__).with_name("stand-ins")
SHARED = ["http", "json", "buffer"]
PARTS = {
    "tei": ["tei", "embed", "device", "tokens", "vectors", *SHARED],
    "qdrant": ["qdrant", "collection", "updates", "reads", "points", "filter", *SHARED],
}
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-O3", "-march=native", "-Wall", "-Wextra", "-Werror"]


@functools.cache
def built() -> tempfile.TemporaryDirectory:
    """Both programs, made anew by each run of the benchmark; the folder goes with this answer at the end."""
    folder = tempfile.TemporaryDirectory(prefix="pulse-stand-ins.")
    for name, parts in PARTS.items():
        sources = [str(SOURCES / f"{part}.c") for part in parts]
        subprocess.run(["cc", *FLAGS, *sources, "-lz", "-lm", "-o", f"{folder.name}/{name}"], check=True)
    return folder


def get(url: str, method: str = "GET") -> bytes:
    request = urllib.request.Request(url, method=method)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.read()


@dataclass
class StandIns:
    server: RedisServer
    # python-rq wants its connection to answer bytes.
    binary: Redis
    tei: str
    qdrant: str
    pids: dict[str, int]

    @property
    def redis(self) -> Redis:
        return self.server.client

    @property
    def settings(self) -> dict[str, str]:
        return {
            "PULSE_REDIS_URL": self.server.url,
            "PULSE_TEI_URL": self.tei,
            "PULSE_QDRANT_URL": self.qdrant,
            "PULSE_QDRANT_COLLECTION": COLLECTION,
        }

    def tei_stats(self) -> dict[str, Any]:
        return orjson.loads(get(f"{self.tei}/stats"))

    def qdrant_stats(self) -> dict[str, Any]:
        return orjson.loads(get(f"{self.qdrant}/stats"))

    def control(self, **wishes: float) -> None:
        """Of TEI: reset=1, storm=SECONDS, slow=SECONDS with factor=TIMES, every=N with status=CODE."""
        get(f"{self.tei}/control?" + "&".join(f"{name}={value}" for name, value in wishes.items()), "POST")

    def forget(self) -> None:
        """Drops the collection, the queue and everything that was counted."""
        get(f"{self.qdrant}/collections/{COLLECTION}", "DELETE")
        get(f"{self.qdrant}/stats?reset=1")
        self.control(reset=1, storm=0, slow=0, every=0)
        self.redis.flushall()


@contextlib.contextmanager
def standing_in(folder: Path, version: str = "1.19.0", **tei: float) -> Iterator[StandIns]:
    """`tei`: the settings that stand-ins/tei.c names; device=1 makes it compute at a device's pace."""
    folder.mkdir(parents=True, exist_ok=True)
    ports = {"tei": free_port(), "qdrant": free_port()}
    own = {"tei": [f"{name}={value}" for name, value in tei.items()], "qdrant": [version]}
    with contextlib.ExitStack() as exits:
        server = exits.enter_context(redis_serving(folder / "redis"))
        pids = {"redis": server.pid}
        for name, port in ports.items():
            command = [f"{built().name}/{name}", str(port), *own[name]]
            process = exits.enter_context(running(command, clean_environment(), 10, stdout=subprocess.PIPE, text=True))
            if "ready" not in process.stdout.readline():
                raise RuntimeError(f"the stand-in for {name} did not start")
            pids[name] = process.pid
        binary = exits.enter_context(contextlib.closing(Redis(port=server.port)))
        urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        yield StandIns(server, binary, urls["tei"], urls["qdrant"], pids)
