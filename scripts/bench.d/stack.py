"""Redis, TEI and Qdrant of the local stack on free ports, with data of their own."""

import contextlib
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from redis import Redis

from processes import ReadySocket, clean_environment, running

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".cache/venv/bin/python"
CORPUS = ROOT / ".cache/corpus/documents.jsonl"
COLLECTION = "pulse_bench"


@dataclass
class Stack:
    settings: dict[str, str]
    redis: Redis
    # python-rq wants its connection to answer bytes.
    binary: Redis
    tei: str
    qdrant: str
    pids: dict[str, int]

    def post(self, url: str, body: bytes, method: str = "POST") -> Any:
        request = urllib.request.Request(url, body, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return orjson.loads(answer.read())

    def forget(self) -> None:
        """Drops the collection; the next worker makes it anew."""
        url = f"{self.qdrant}/collections/{COLLECTION}"
        with urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=60):
            pass


@contextlib.contextmanager
def serving(folder: Path, precision: str | None = None) -> Iterator[Stack]:
    """`precision`: the model's, int8 or fp32; as local/serve has it without."""
    folder.mkdir()
    ports = subprocess.run([PYTHON, "-m", "local.ports", "3"], cwd=ROOT, capture_output=True, text=True, check=True)
    redis_port, tei_port, qdrant_port = ports.stdout.split()
    environment = clean_environment() | {
        "PULSE_LOCAL_DATA": str(folder / "data"),
        "PULSE_LOCAL_REDIS_PORT": redis_port,
        "PULSE_LOCAL_TEI_PORT": tei_port,
        "PULSE_LOCAL_QDRANT_PORT": qdrant_port,
    }
    with contextlib.ExitStack() as exits:
        log = exits.enter_context((folder / "log").open("w"))
        ready, pids = {}, {}
        for name in ("redis", "tei", "qdrant"):
            ready[name] = ReadySocket(folder / f"{name}.notify")
            own = environment | {"NOTIFY_SOCKET": str(ready[name].path)}
            command = [str(ROOT / "local/serve"), name]
            if name == "tei" and precision:
                command = [str(PYTHON), "-m", "local.tei", "--port", tei_port, "--precision", precision]
            pids[name] = exits.enter_context(running(command, own, patience=15, cwd=ROOT, stdout=log, stderr=log)).pid
        for name, socket in ready.items():
            try:
                socket.wait(60)
            except TimeoutError:
                raise RuntimeError(
                    f"local/serve {name} is not ready:\n{(folder / 'log').read_text()[-2000:]}"
                ) from None
        tei, qdrant = f"http://127.0.0.1:{tei_port}", f"http://127.0.0.1:{qdrant_port}"
        settings = {
            "PULSE_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "PULSE_TEI_URL": tei,
            "PULSE_QDRANT_URL": qdrant,
            "PULSE_QDRANT_COLLECTION": COLLECTION,
        }
        redis = exits.enter_context(contextlib.closing(Redis(port=int(redis_port), decode_responses=True)))
        binary = exits.enter_context(contextlib.closing(Redis(port=int(redis_port))))
        yield Stack(settings, redis, binary, tei, qdrant, pids)
