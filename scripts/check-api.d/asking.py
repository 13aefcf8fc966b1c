"""Asking an HTTP server the way a check needs it: any header, any number of times, any bytes."""

import http.client
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Headers = Iterable[tuple[str, str]]
JSON = ("Content-Type", "application/json")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def __str__(self) -> str:
        return f"{self.status} {self.body[:300].decode(errors='replace')}"


def connected(port: int, seconds: float = 30) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)


def exchange(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None, headers: Headers = ()
) -> Answer:
    """Headers go out as given, doubled ones doubled; Content-Length is added, and Host when none is given."""
    headers = list(headers)
    own_host = any(name.lower() == "host" for name, _ in headers)
    connection.putrequest(method, path, skip_host=own_host, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


def ask(port: int, method: str, path: str, body: bytes | None = None, headers: Headers = ()) -> Answer:
    """On a connection of its own."""
    connection = connected(port)
    try:
        return exchange(connection, method, path, body, headers)
    finally:
        connection.close()


def post(port: int, path: str, value: Any, *headers: tuple[str, str]) -> Answer:
    return ask(port, "POST", path, json.dumps(value).encode(), [JSON, *headers])
