"""The sd_notify protocol, sender's side: datagrams to $NOTIFY_SOCKET. A message that cannot be sent is dropped."""

import asyncio
import os
import socket
from contextlib import suppress


class Notifier:
    """Tells a service manager how this process stands; does nothing where there is none."""

    def __init__(self) -> None:
        path = os.environ.get("NOTIFY_SOCKET", "")
        # A leading @ is the abstract namespace, whose names begin with a zero byte.
        self._address = "\0" + path[1:] if path.startswith("@") else path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) if path else None
        if self._socket:
            self._socket.setblocking(False)
        mine = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog_seconds = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6 if mine else 0.0

    def send(self, message: str) -> None:
        if self._socket:
            with suppress(OSError):  # nobody reads, or the queue is full: never wait for the manager
                self._socket.sendto(message.encode(), socket.MSG_NOSIGNAL, self._address)

    async def watchdog(self) -> None:
        """Pings at a third of the interval from the event loop that serves requests, so a stuck loop is seen."""
        while self.watchdog_seconds > 0:
            self.send("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_seconds / 3)
