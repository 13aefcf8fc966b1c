"""One server's life: bind, READY, serve until TERM or INT, finish what is in hand."""

import asyncio
import errno
import logging
import signal
import sys
from collections.abc import Callable

from local.serving.http import HTTPServer
from local.serving.notify import Notifier

GRACE_SECONDS = 10.0
# sysexits: what the service manager should read as "fix the configuration, do not restart me".
EXIT_CONFIGURATION = 78


async def serve(server: HTTPServer, host: str, port: int, name: str, close: Callable[[], None]) -> None:
    """Runs `server` until it is told to stop; `close` saves what must outlive the process."""
    loop, stop, notifier = asyncio.get_running_loop(), asyncio.Event(), Notifier()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        bound = await server.start(host, port)
    except OSError as error:
        close()
        print(f"{name}: cannot listen on {host}:{port}: {error.strerror or error}", file=sys.stderr)
        # A port in use may be the last run still finishing: worth another try.
        raise SystemExit(1 if error.errno == errno.EADDRINUSE else EXIT_CONFIGURATION) from None
    address = f"http://{host}:{bound}"
    logging.info("%s serves %s", name, address)
    notifier.send(f"READY=1\nSTATUS=serving {address}")
    watchdog = asyncio.create_task(notifier.watchdog())
    await stop.wait()
    notifier.send("STOPPING=1\nSTATUS=finishing the requests in hand")
    await server.stop(GRACE_SECONDS)
    watchdog.cancel()
    close()
