"""The load generator in Qdrant's place: remembers each point's payload and answers at once.

One collection that is there already; upserts in columns, payloads and reads by id, as Pulse asks for them. No search.
`python load_qdrant.py --port N` as a process of its own.
"""

import argparse
import asyncio
import sys
from typing import Any

import orjson

DIMENSION = 8
FIELDS = ("url", "canonical_url", "domain", "language")
COLLECTION = {
    "status": "green",
    "config": {"params": {"vectors": {"size": DIMENSION, "distance": "Cosine"}, "shard_number": 1}},
    "payload_schema": {field: {"data_type": "keyword"} for field in FIELDS},
}
COMPLETED = {"operation_id": 1, "status": "completed"}

points: dict[str, dict[str, Any]] = {}


def answer(method: bytes, path: bytes, body: bytes) -> Any:
    if not path.partition(b"?")[0].endswith((b"/points", b"/points/payload", b"/points/delete")):
        return COLLECTION
    asked = orjson.loads(body)
    if b"/points/payload" in path:
        for id in asked["points"]:
            points[id].update(asked["payload"])
    elif b"/points/delete" in path:
        for id in asked["points"]:
            points.pop(id, None)
    elif method == b"PUT":
        points.update(zip(asked["batch"]["ids"], asked["batch"]["payloads"], strict=True))
    else:
        return [{"id": id, "payload": points[id]} for id in asked["ids"] if id in points]
    return COMPLETED


class Connection(asyncio.Protocol):
    """HTTP/1.1 with a Content-Length, as libcurl speaks it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            place = head.lower().find(b"content-length:")
            size = int(head[place + 15 :].partition(b"\r\n")[0]) if place >= 0 else 0
            if b"\r\nExpect: 100-continue" in head and len(self._buffer) == end + 4:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if len(self._buffer) < end + 4 + size:
                return
            method, path, _ = head.split(b" ", 2)
            self._write(answer(method, path, self._buffer[end + 4 : end + 4 + size]))
            self._buffer = self._buffer[end + 4 + size :]

    def _write(self, result: Any) -> None:
        body = orjson.dumps({"result": result, "status": "ok", "time": 0.0001})
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", parser.parse_args().port)
    print('{"mark": "ready"}', flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
