"""Stands before a server: passes every request on, and holds it against the contract."""

import asyncio
import http.client
import sys
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from local.serving.http import HTTPServer, Request, Response
from openapi import Contract

BODY_LIMIT = 64 << 20
SECONDS = 60
# What the client says for its own connection only.
OF_THE_CONNECTION = {"host", "connection", "content-length", "transfer-encoding", "expect"}


class Inspector:
    """On a thread of its own until the process ends."""

    def __init__(self, contract: Contract, upstream: str) -> None:
        self._contract = contract
        self._upstream = upstream.removeprefix("http://")
        # Requests by method and path, ids left out.
        self.seen: Counter[str] = Counter()
        self.complaints: Counter[str] = Counter()
        self._port = 0
        self._serving = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        if not self._serving.wait(10):
            raise RuntimeError("the inspector does not serve")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def _serve(self) -> None:
        server = HTTPServer(self._inspect, BODY_LIMIT, lambda _: Response(413), None)
        self._port = await server.start("127.0.0.1", 0)
        self._serving.set()
        await asyncio.Event().wait()

    async def _inspect(self, request: Request) -> Response:
        target = request.path + (f"?{urlencode(request.query)}" if request.query else "")
        self.seen[f"{request.method} {request.path}"] += 1
        self.complaints.update(self._contract.complaints(request.method, target, request.body))
        return await asyncio.to_thread(self._passed_on, request, target)

    def _passed_on(self, request: Request, target: str) -> Response:
        headers = {name: value for name, value in request.headers.items() if name not in OF_THE_CONNECTION}
        connection = http.client.HTTPConnection(self._upstream, timeout=SECONDS)
        try:
            connection.request(request.method, target, request.body, headers)
            answer = connection.getresponse()
            own = {name: value for name, value in answer.getheaders() if name.lower().startswith("x-")}
            return Response(answer.status, answer.read(), answer.getheader("content-type"), own)
        finally:
            connection.close()
