"""Redis alone, with load generators where TEI and Qdrant would be: what is measured then is the queue and Pulse."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from processes import clean_environment, running
from redis_server import RedisServer, free_port, redis_serving
from stack import COLLECTION

HERE = Path(__file__).parent
DOCUMENT_BYTES = 15_000


@dataclass
class Load:
    server: RedisServer
    # python-rq wants its connection to answer bytes.
    binary: Redis
    settings: dict[str, str]
    pids: dict[str, int]

    @property
    def redis(self) -> Redis:
        return self.server.client


@contextlib.contextmanager
def load(folder: Path, tei_delay: float = 0) -> Iterator[Load]:
    """`tei_delay`: seconds that TEI takes for each request."""
    folder.mkdir(parents=True, exist_ok=True)
    ports = {"tei": free_port(), "qdrant": free_port()}
    own = {"tei": ["--delay", str(tei_delay)], "qdrant": []}
    with contextlib.ExitStack() as exits:
        server = exits.enter_context(redis_serving(folder / "redis"))
        pids = {"redis": server.pid}
        for name, port in ports.items():
            command = [sys.executable, str(HERE / f"load_{name}.py"), "--port", str(port), *own[name]]
            process = exits.enter_context(running(command, clean_environment(), 10, stdout=subprocess.PIPE, text=True))
            # Ready; it may say more later, which nobody reads.
            if "ready" not in process.stdout.readline():
                raise RuntimeError(f"the load generator for {name} did not start")
            pids[name] = process.pid
        settings = {
            "PULSE_REDIS_URL": server.url,
            "PULSE_TEI_URL": f"http://127.0.0.1:{ports['tei']}",
            "PULSE_QDRANT_URL": f"http://127.0.0.1:{ports['qdrant']}",
            "PULSE_QDRANT_COLLECTION": COLLECTION,
        }
        binary = exits.enter_context(contextlib.closing(Redis(port=server.port)))
        yield Load(server, binary, settings, pids)


def documents(texts: list[str], count: int) -> list[dict[str, str]]:
    """Of 15 KB each, with URLs of their own."""
    return [
        {
            "url": f"https://example.org/queue/{number}",
            "title": f"Document {number}",
            "markdown": f"# Document {number}\n\n{texts[number % len(texts)]}",
        }
        for number in range(count)
    ]
