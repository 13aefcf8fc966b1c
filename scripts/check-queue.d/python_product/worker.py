"""The replaced product's function as its neighbours see it: vectors from TEI, points with random ids into Qdrant.

By the standard library alone, so that it runs in the environment of any python-rq.
"""

import json
import os
import urllib.error
import urllib.request
import uuid
from typing import Any

from rq import get_current_job

RUNS = "check:python-runs"
TEI, QDRANT = os.environ["WEBHOOK_TEI_URL"], os.environ["WEBHOOK_QDRANT_URL"]
COLLECTION = os.environ["WEBHOOK_QDRANT_COLLECTION"]


def ask(method: str, url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"content-type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=90) as answer:
        return json.load(answer)


def make_collection(dimension: int) -> None:
    try:
        ask("PUT", f"{QDRANT}/collections/{COLLECTION}", {"vectors": {"size": dimension, "distance": "Cosine"}})
    except urllib.error.HTTPError as error:
        # It is there.
        if error.code != 409:
            raise


def index_document_job(document: dict[str, Any]) -> dict[str, Any]:
    job = get_current_job()
    job.connection.hincrby(RUNS, job.id, 1)
    url, texts = document["url"], [part for part in document["markdown"].split("\n\n") if part.strip()]
    if texts:
        vectors = ask("POST", f"{TEI}/embed", {"inputs": texts})
        make_collection(len(vectors[0]))
        points = [
            {
                "id": str(uuid.uuid4()),
                "vector": vector,
                "payload": {
                    "url": url,
                    "canonical_url": url,
                    "domain": "example.org",
                    "title": document["title"],
                    "text": text,
                    "chunk_index": index,
                    "token_count": len(text) // 4,
                },
            }
            for index, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
        ask("PUT", f"{QDRANT}/collections/{COLLECTION}/points?wait=true", {"points": points})
    return {"success": True, "url": url, "chunks_indexed": len(texts), "total_tokens": len(texts)}
