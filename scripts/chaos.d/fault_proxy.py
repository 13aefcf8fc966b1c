"""Stands before TEI or Qdrant and garbles their answers on demand: a process of its own.

    python fault_proxy.py tei|qdrant PORT UPSTREAM_PORT HOST...

Each line of stdin is a mode: `pass`, one of garbling's, or `down`: nothing listens, as before a dead server. Once it
holds, "ok N" is printed: how many answers the mode before has spoiled. A connection here is one there, so that whoever
leaves is seen to leave.
"""

import asyncio
import contextlib
import itertools
import re
import socket
import struct
import sys

from garbling import Answer, garble, refusal

HEAD_LIMIT = 1 << 17
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# How soon it is seen that the client has left while the server thinks.
LOOK_SECONDS = 0.05


class Proxy:
    def __init__(self, service: str, port: int, upstream: int, hosts: list[str]) -> None:
        self.service, self.port, self.upstream, self.hosts = service, port, upstream, hosts
        self.mode = "pass"
        self._servers: list[asyncio.Server] = []
        self._clients: set[asyncio.StreamWriter] = set()
        self._numbers = itertools.count()
        self._spoiled = 0

    async def become(self, mode: str) -> int:
        """How many answers the mode before has spoiled."""
        self.mode, spoiled, self._spoiled = mode, self._spoiled, 0
        if mode == "down":
            for server in self._servers:
                server.close()
            self._servers = []
            for writer in list(self._clients):
                abort(writer)
        elif not self._servers:
            self._servers = [
                await asyncio.start_server(self._serve, host, self.port, limit=HEAD_LIMIT, backlog=512)
                for host in self.hosts
            ]
        return spoiled

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            back, there = await asyncio.open_connection("127.0.0.1", self.upstream, limit=HEAD_LIMIT)
            while await self._one(reader, writer, back, there):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            abort(writer)  # as the one behind did
        finally:
            self._clients.discard(writer)
            for one in (writer, there):
                if one:
                    one.close()

    async def _one(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: asyncio.StreamReader,
        there: asyncio.StreamWriter,
    ) -> bool:
        """One request and its answer; False at the end of either connection."""
        request = await self._until_either_ends(message(reader), back)
        if request is None:
            return False
        head, body = request
        mode, number = self.mode, next(self._numbers)
        answer = refusal(self.service, mode, number, head, body)
        if answer is None:
            there.write(head + body)
            told = await self._until_either_ends(message(back), reader)
            if told is None:
                abort(writer)
                return False
            good = Answer(*told)
            answer = garble(mode, number, head, good)
            self._spoiled += answer is not good
        else:
            self._spoiled += mode != "pass"
        writer.write(answer.head + answer.body)
        await writer.drain()
        return b"\r\nconnection: close" not in answer.head.lower()

    @staticmethod
    async def _until_either_ends(reading, other: asyncio.StreamReader) -> tuple[bytes, bytes] | None:
        """What is read, unless the `other` side hangs up before."""
        task = asyncio.ensure_future(reading)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=LOOK_SECONDS)
                if other.at_eof() and not task.done():
                    return None
            with contextlib.suppress(asyncio.IncompleteReadError):
                return task.result()
            return None
        finally:
            task.cancel()


async def message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    return head, await reader.readexactly(int(length[1])) if length else b""


def abort(writer: asyncio.StreamWriter) -> None:
    """By a reset: what is on its way is gone with the process that had it."""
    with contextlib.suppress(OSError, AttributeError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def main() -> None:
    service, port, upstream, *hosts = sys.argv[1:]
    proxy = Proxy(service, int(port), int(upstream), hosts)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        print(f"ok {await proxy.become(line.decode().strip())}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
