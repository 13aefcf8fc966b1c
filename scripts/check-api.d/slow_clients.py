"""Clients that send a byte now and then and, thrown out, are back at once: `PYTHON slow_clients.py PORT COUNT`.

A third stop in the request's head, a third in its body, a third say nothing at all. Once all have been connected a line
of JSON says so; at SIGTERM another tells how often they were thrown out and came back.
"""

import contextlib
import json
import os
import resource
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass

PAUSE, PATIENCE = 0.5, 5
HEAD = b"POST /api/index HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
# Let in: what is refused by its head alone would be no slow body.
BODY = (
    "POST /api/index HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    f"Authorization: Bearer {os.environ['CHECK_API_BEARER']}\r\nContent-Length: 1000000\r\n\r\n"
).encode()
BEGINNINGS = (HEAD, BODY, b"")


@dataclass
class Client:
    kind: int
    socket: socket.socket
    due: float
    begun: bool = False


class Crowd:
    def __init__(self, port: int, count: int) -> None:
        self.port = port
        self.reopened = [0] * len(BEGINNINGS)
        self.refused = 0
        self.selector = selectors.DefaultSelector()
        self.clients = [self._open(number % len(BEGINNINGS)) for number in range(count)]
        # Those that have been connected once: later on somebody is always just coming back.
        self.seen: set[int] = set()
        self.over = False

    def _open(self, kind: int) -> Client:
        own = socket.socket()
        own.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            own.connect(("127.0.0.1", self.port))
        # Not all at the same moment.
        client = Client(kind, own, time.monotonic() + (own.fileno() % 50) / 100)
        self.selector.register(own, selectors.EVENT_READ, client)
        return client

    def _reopen(self, number: int, client: Client) -> None:
        self.selector.unregister(client.socket)
        client.socket.close()
        self.reopened[client.kind] += 1
        self.clients[number] = self._open(client.kind)

    def turn(self) -> None:
        gone = set()
        for key, _ in self.selector.select(0.05):
            client = key.data
            try:
                if not client.socket.recv(65536):
                    gone.add(id(client))
            except BlockingIOError:
                pass
            except ConnectionRefusedError:
                self.refused += 1
                gone.add(id(client))
            except OSError:
                gone.add(id(client))
        now = time.monotonic()
        for number, client in enumerate(self.clients):
            if id(client) in gone:
                self._reopen(number, client)
            elif now >= client.due:
                self._dribble(number, client, now)

    def _dribble(self, number: int, client: Client, now: float) -> None:
        client.due = now + PAUSE
        some = BEGINNINGS[client.kind] if not client.begun else b"a" if BEGINNINGS[client.kind] else b""
        try:
            if some:
                client.socket.send(some)
            client.begun = True
            self.seen.add(number)
        except BlockingIOError:
            pass
        except OSError:
            self._reopen(number, client)


def main() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    crowd = Crowd(int(sys.argv[1]), int(sys.argv[2]))

    def end(*_: object) -> None:
        crowd.over = True

    signal.signal(signal.SIGTERM, end)
    told, begun = False, time.monotonic()
    while not crowd.over:
        crowd.turn()
        # When there are too many some are always thrown out before they can say a word.
        if not told and (len(crowd.seen) == len(crowd.clients) or time.monotonic() - begun > PATIENCE):
            print(json.dumps({"connected": len(crowd.seen)}), flush=True)
            told = True
    print(json.dumps({"reopened": crowd.reopened, "refused": crowd.refused}), flush=True)


main()
