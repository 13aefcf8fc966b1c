"""`python -m local.tei`: serves until TERM."""

import argparse
import asyncio
import logging
import os

from local.serving.http import HTTPServer
from local.serving.service import serve
from local.tei.app import OVERSIZE, App, Limits
from local.tei.errors import plain
from local.tei.graph import PRECISIONS, ensure_graph
from local.tei.inference import Engine, Model
from local.tei.tokens import Tokenizer
from local.tei.weights import model_folder


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("local.tei", description="TEI-compatible server over MiniLM-L6 (384 dimensions)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=18080, help="0 takes a free one")
    parser.add_argument("--precision", choices=PRECISIONS, default="int8", help="fp32 is exact and half as fast")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="inputs computed at once")
    parser.add_argument("--max-concurrent-requests", type=int, default=512, help="permits, one per input")
    parser.add_argument("--max-client-batch-size", type=int, default=32)
    parser.add_argument("--no-auto-truncate", action="store_true", help="refuse over-long inputs unless asked to cut")
    # A key given as an argument could be read by every user of the machine.
    parser.add_argument("--api-key-env", default="API_KEY", metavar="NAME", help="variable that holds the API key")
    return parser.parse_args()


async def main() -> None:
    options = arguments()
    limits = Limits(
        max_concurrent_requests=options.max_concurrent_requests,
        max_client_batch_size=options.max_client_batch_size,
        auto_truncate=not options.no_auto_truncate,
    )
    model = Model(str(ensure_graph(options.precision)))
    engine = Engine(model, options.threads, limits.max_concurrent_requests, limits.max_batch_tokens)
    tokenizer = Tokenizer(model_folder() / "tokenizer.json")
    dtype = "float32" if options.precision == "fp32" else options.precision
    app = App(engine, tokenizer, limits, dtype, os.environ.get(options.api_key_env))
    server = HTTPServer(app, limits.payload_limit, lambda length: plain(413, OVERSIZE), idle_seconds=None)
    await serve(server, options.host, options.port, "tei", engine.close)


logging.basicConfig(level=logging.INFO, format="%(message)s")
asyncio.run(main())
