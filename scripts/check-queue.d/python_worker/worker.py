"""What the soak's Python workers run in Pulse's place: a small insert of their own, and the dict that Pulse returns."""

import time
from typing import Any

from rq import get_current_job

SECONDS = 0.1
INSERTS = "check:python-inserts"


def index_document_job(document: dict[str, Any]) -> dict[str, Any]:
    get_current_job().connection.hincrby(INSERTS, document["url"], 1)
    time.sleep(SECONDS)
    return {"success": True, "url": document["url"], "chunks_indexed": 0, "total_tokens": 0}
