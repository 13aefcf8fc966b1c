"""`python -m local.qdrant`: serves until TERM, then saves."""

import argparse
import asyncio
import logging
import os
from pathlib import Path

from local.qdrant.app import BODY_LIMIT, App, too_large
from local.qdrant.store import Store
from local.qdrant.version import DEFAULT, Version
from local.serving.http import HTTPServer
from local.serving.service import serve

KEEP_ALIVE_SECONDS = 5.0  # the real server's: short enough to hit clients that reuse connections carelessly
FLUSH_SECONDS = 5.0  # bounds what a power failure may take of writes that nobody waited for


async def flush(store: Store) -> None:
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        for collection in list(store.collections.values()):
            await asyncio.to_thread(collection.flush)


async def main() -> None:
    parser = argparse.ArgumentParser("local.qdrant", description="Qdrant-compatible server over qdrant-edge")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=16333, help="0 takes a free one")
    parser.add_argument("--storage", type=Path, required=True, help="folder for the collections")
    # A key given as an argument could be read by every user of the machine.
    parser.add_argument(
        "--api-key-env", default="QDRANT__SERVICE__API_KEY", metavar="NAME", help="variable with the key"
    )
    parser.add_argument("--qdrant-version", default=DEFAULT, help="the version to answer as, 1.15.0 to 1.20")
    options = parser.parse_args()
    store = Store(options.storage, Version.parse(options.qdrant_version))
    flushing = asyncio.create_task(flush(store))
    app = App(store, os.environ.get(options.api_key_env))
    server = HTTPServer(app, BODY_LIMIT, too_large, KEEP_ALIVE_SECONDS)
    try:
        await serve(server, options.host, options.port, "qdrant", store.close)
    finally:
        flushing.cancel()


logging.basicConfig(level=logging.INFO, format="%(message)s")
asyncio.run(main())
