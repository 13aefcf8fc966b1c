"""The local stack's Qdrant with a visitors' book: each write is noted, with who asked for it and when it came.

The first part of a path names who asks (PULSE_QDRANT_URL=http://.../worker.1-3). Each write is a line of JSON.
`python traced_qdrant.py --port N --storage FOLDER [--host ADDRESS]...` as a process of its own.
"""

import argparse
import asyncio
import dataclasses
import json
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from local.qdrant.app import BODY_LIMIT, App, too_large
from local.qdrant.store import Store
from local.qdrant.version import DEFAULT, Version
from local.serving.http import HTTPServer, Request, Response


class Traced:
    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, request: Request) -> Response:
        who, _, path = request.path.removeprefix("/").partition("/")
        came = time.monotonic()
        answer = await self.app(dataclasses.replace(request, path=f"/{path}"))
        if self._writes(request.method, path):
            done = time.monotonic()
            line = {"who": who, "came": came, "done": done, "status": answer.status, "path": path}
            print(json.dumps(line | {"body": request.body.decode(errors="replace")}), flush=True)
        return answer

    @staticmethod
    def _writes(method: str, path: str) -> bool:
        return method in ("PUT", "DELETE") or path.endswith(("/delete", "/payload", "/vectors", "/batch"))


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", action="append")
    parser.add_argument("--storage", type=Path, required=True)
    options = parser.parse_args()
    store = Store(options.storage, Version.parse(DEFAULT))
    server = HTTPServer(Traced(App(store, None)), BODY_LIMIT, too_large, 5.0)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    for host in options.host or ["127.0.0.1"]:
        await server.start(host, options.port)
    print(json.dumps({"mark": "ready"}), flush=True)
    await stop.wait()
    await server.stop(2)
    store.close()


if __name__ == "__main__":
    asyncio.run(main())
