"""The load generator in TEI's place: its routes, with vectors made of a hash of the text, so that embedding is free.

The first part of a path names who asks (PULSE_TEI_URL=http://.../worker.1-3), for TEI itself is not told. What a text
says decides what becomes of its request; each such text is announced as a JSON line on stdout:
    [[slow 2.5]]   answered after so many seconds
    [[poison]]     never answered
    [[held]]       answered once somebody asks for /release
`python load_tei.py --port N [--delay SECONDS] [--host ADDRESS]...` as a process of its own, under the project's root.
"""

import argparse
import asyncio
import hashlib
import json
import math
import re
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import orjson

from local.serving.http import HTTPServer, Request, Response

DIMENSION = 8
MARK = re.compile(r"\[\[(slow ([0-9.]+)|poison|held)\]\]")
WORD = re.compile(rb"\S+")
INFO: dict[str, Any] = {
    "model_id": "load-generator",
    "model_sha": None,
    "model_dtype": "float32",
    # So large that Pulse estimates a text's tokens, as it does with a model of a common size.
    "max_input_length": 2048,
    "max_batch_tokens": 65536,
    "max_client_batch_size": 32,
    "max_concurrent_requests": 512,
    "version": "1.9.3",
}
# What Pulse embeds to see whether TEI is there.
PROBE = "pulse"


@lru_cache(maxsize=100_000)
def vector(text: str) -> list[float]:
    digest = hashlib.sha256(text.encode()).digest()
    return [(byte + 1) / 256 for byte in digest[:DIMENSION]]


def tokens(text: str) -> list[dict[str, Any]]:
    """Words; their places are counted in bytes, as TEI does."""
    return [
        {"id": 1, "text": "w", "special": False, "start": word.start(), "stop": word.end()}
        for word in WORD.finditer(text.encode())
    ]


class Load:
    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.released = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        who, _, route = request.path.strip("/").rpartition("/")
        match route:
            case "info":
                return self._json(INFO)
            case "tokenize":
                return self._json([tokens(text) for text in orjson.loads(request.body)["inputs"]])
            case "embed":
                texts = orjson.loads(request.body)["inputs"]
                if texts != [PROBE]:
                    await self._behave(who, texts)
                return self._json([vector(text) for text in texts])
            case "release":
                self.released.set()
                self.released = asyncio.Event()
                return Response(200)
        return Response(404)

    async def _behave(self, who: str, texts: list[str]) -> None:
        """Returns when it is time to answer."""
        seconds, held = self.delay, False
        for text in texts:
            for mark in MARK.finditer(text):
                line = {"who": who, "mark": mark.group(1), "text": text, "at": time.monotonic()}
                print(json.dumps(line), flush=True)
                match mark.group(1):
                    case "poison":
                        seconds = math.inf
                    case "held":
                        held = True
                    case _:
                        seconds = max(seconds, float(mark.group(2)))
        if held:
            await self.released.wait()
        await asyncio.sleep(min(seconds, 3600))

    @staticmethod
    def _json(value: Any) -> Response:
        return Response(200, orjson.dumps(value), "application/json")


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", action="append")
    parser.add_argument("--delay", type=float, default=0)
    options = parser.parse_args()
    server = HTTPServer(Load(options.delay), 32 << 20, lambda _: Response(413), None)
    for host in options.host or ["127.0.0.1"]:
        await server.start(host, options.port)
    print(json.dumps({"mark": "ready"}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
