"""The two services that Pulse's workers call in the crash checks, and what they tell about each call."""

import contextlib
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from processes import clean_environment, running
from redis_server import free_port
from stack import COLLECTION, ROOT
from waiting import until

LOAD_TEI = ROOT / "scripts/bench.d/load_tei.py"
TRACED_QDRANT = ROOT / "scripts/check-queue.d/traced_qdrant.py"


@dataclass
class Told:
    """The JSON lines that a service prints, in their order."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def read(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            self.lines.append(json.loads(line))

    def find(self, **wanted: Any) -> dict[str, Any] | None:
        """The first line whose fields are these."""
        return next((line for line in self.lines if wanted.items() <= line.items()), None)


@dataclass
class Services:
    host: str
    tei_port: int
    qdrant_port: int
    # What was asked of TEI that is out of the ordinary, and every write to Qdrant.
    embeds: Told
    writes: Told

    def settings(self, who: str) -> dict[str, str]:
        """For a worker that shall be known as `who`."""
        return {
            "PULSE_TEI_URL": f"http://{self.host}:{self.tei_port}/{who}",
            "PULSE_QDRANT_URL": f"http://{self.host}:{self.qdrant_port}/{who}",
            "PULSE_QDRANT_COLLECTION": COLLECTION,
        }

    def release(self) -> None:
        """Lets TEI answer the requests that it holds."""
        with urllib.request.urlopen(f"http://{self.host}:{self.tei_port}/check/release", timeout=10):
            pass

    def records(self, with_vector: bool = False) -> Iterator[dict[str, Any]]:
        """All points of the collection as Qdrant tells them."""
        offset = None
        while True:
            body = {"limit": 1000, "with_payload": True, "with_vector": with_vector}
            body |= {"offset": offset} if offset else {}
            url = f"http://{self.host}:{self.qdrant_port}/check/collections/{COLLECTION}/points/scroll"
            request = urllib.request.Request(url, orjson.dumps(body), {"content-type": "application/json"})
            with urllib.request.urlopen(request, timeout=60) as answer:
                result = orjson.loads(answer.read())["result"]
            yield from result["points"]
            offset = result["next_page_offset"]
            if offset is None:
                return

    def points(self) -> dict[str, list[dict[str, Any]]]:
        """The payloads of all points by their document's URL."""
        found: dict[str, list[dict[str, Any]]] = {}
        for point in self.records():
            found.setdefault(point["payload"]["url"], []).append(point["payload"])
        return found


@contextlib.contextmanager
def services(folder: Path, delay: float = 0, hosts: tuple[str, ...] = ("127.0.0.1",)) -> Iterator[Services]:
    """`delay`: how long TEI takes for each request. The first of `hosts` is the one that settings name."""
    tei_port, qdrant_port = free_port(), free_port()
    at = [argument for host in hosts for argument in ("--host", host)]
    commands = {
        "tei": [str(LOAD_TEI), "--port", str(tei_port), "--delay", str(delay), *at],
        "qdrant": [str(TRACED_QDRANT), "--port", str(qdrant_port), "--storage", str(folder / "qdrant"), *at],
    }
    told = {name: Told() for name in commands}
    with contextlib.ExitStack() as exits:
        for name, arguments in commands.items():
            log = exits.enter_context((folder / f"{name}.log").open("w"))
            command = [sys.executable, *arguments]
            options = {"stdout": subprocess.PIPE, "stderr": log, "text": True}
            process = exits.enter_context(running(command, clean_environment(), patience=15, **options))
            threading.Thread(target=told[name].read, args=(process,), daemon=True).start()
        for name, lines in told.items():
            until(f"{name} serves (log: {folder / name}.log)", 30, lambda lines=lines: lines.find(mark="ready"))
        yield Services(hosts[0], tei_port, qdrant_port, told["tei"], told["qdrant"])
