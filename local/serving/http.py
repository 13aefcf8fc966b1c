"""A small HTTP/1.1 server on asyncio: keep-alive, limits, and bodies with a length or in chunks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

HEAD_LIMIT = 64 * 1024
# A refused body is read and dropped up to here, so that the client gets to see the refusal instead of a reset.
DRAIN_LIMIT = 128 * 1024 * 1024
DRAIN_SECONDS = 5.0


@dataclass(slots=True)
class Request:
    """One request, complete; header names are lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    gone: Callable[[], bool] = lambda: False  # True once the client has hung up: its answer is no longer wanted


@dataclass(slots=True)
class Response:
    """`headers` may add to, never replace, content type, length and connection."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    close: bool = False


class Malformed(Exception):
    """The request cannot be understood; the connection is closed after a 400."""


class TooLarge(Exception):
    """The body is over the limit; `length` is None when the client did not announce it."""

    def __init__(self, length: int | None) -> None:
        super().__init__(length)
        self.length = length


Handler = Callable[[Request], Awaitable[Response]]


class HTTPServer:
    """Serves `handler` until `stop()`; a connection idle for `idle_seconds` is closed, None keeps it for ever."""

    def __init__(
        self, handler: Handler, body_limit: int, too_large: Callable[[int | None], Response], idle_seconds: float | None
    ) -> None:
        self.handler, self.body_limit, self.too_large, self.idle_seconds = handler, body_limit, too_large, idle_seconds
        self._server: asyncio.Server | None = None
        self._idle: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def start(self, host: str, port: int) -> int:
        """Binds and returns the port, which differs from the asked one when that is 0."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=HEAD_LIMIT)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self, grace: float) -> None:
        """Refuses new connections, closes the idle ones and waits up to `grace` seconds for the requests in hand."""
        self._stopping = True
        if self._server:
            self._server.close()
        for writer in list(self._idle):
            writer.close()
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=grace)
            for task in late:
                task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while not self._stopping and await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass  # the client went away, or said nothing for too long
        finally:
            self._connections.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serves one request; False when the connection must not be used again."""
        try:
            request = await self._read(reader, writer)
        except TooLarge as refused:
            await self._write(writer, self.too_large(refused.length), keep=False)
            await self._drain(reader, writer)
            return False
        except (Malformed, asyncio.LimitOverrunError, ValueError):
            await self._write(writer, Response(400), keep=False)
            return False
        try:
            response = await self.handler(request)
        except Exception:
            logging.exception("%s %s", request.method, request.path)
            response = Response(500, b"internal error", "text/plain; charset=utf-8")
        keep = not response.close and not self._stopping and request.headers.get("connection", "").lower() != "close"
        await self._write(writer, response, keep, head_only=request.method == "HEAD")
        return keep

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
        self._idle.add(writer)
        try:
            async with asyncio.timeout(self.idle_seconds):
                head = await reader.readuntil(b"\r\n\r\n")
        finally:
            self._idle.discard(writer)
        line, *fields = head[:-4].decode("latin-1").split("\r\n")
        try:
            method, target, version = line.split(" ")
        except ValueError:
            raise Malformed(line) from None
        if not version.startswith("HTTP/1."):
            raise Malformed(version)
        headers: dict[str, str] = {}
        for text in fields:
            name, colon, value = text.partition(":")
            if not colon:
                raise Malformed(text)
            headers[name.strip().lower()] = value.strip()
        if version == "HTTP/1.0":
            headers.setdefault("connection", "close")
        url = urlsplit(target)
        body = await self._body(reader, writer, headers)
        query = dict(parse_qsl(url.query, keep_blank_values=True))

        def gone() -> bool:
            return reader.at_eof() or reader.exception() is not None

        return Request(method, unquote(url.path), query, headers, body, gone)

    async def _body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: dict[str, str]) -> bytes:
        chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        length = int(headers.get("content-length", "0"))
        if length < 0:
            raise Malformed("negative content-length")
        if not chunked and length > self.body_limit:
            raise TooLarge(length)
        if headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if not chunked:
            return await reader.readexactly(length)
        pieces, total = [], 0
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            total += size
            if size < 0 or total > self.body_limit:
                raise TooLarge(None)
            pieces.append((await reader.readexactly(size + 2))[:-2])
        while await reader.readuntil(b"\r\n") != b"\r\n":
            pass  # trailers
        return b"".join(pieces)

    async def _drain(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if writer.can_write_eof():
            writer.write_eof()
        left = DRAIN_LIMIT
        async with asyncio.timeout(DRAIN_SECONDS):
            while left > 0 and (piece := await reader.read(1 << 20)):
                left -= len(piece)

    @staticmethod
    async def _write(writer: asyncio.StreamWriter, response: Response, keep: bool, head_only: bool = False) -> None:
        lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
        if response.content_type:
            lines.append(f"content-type: {response.content_type}")
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        lines += [f"content-length: {len(response.body)}"] + ([] if keep else ["connection: close"])
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if head_only else response.body))
        await writer.drain()
