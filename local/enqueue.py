"""Enqueues documents through python-rq, exactly as the product's API does; prints one `{"id", "url"}` line per job.

python -m local.enqueue .cache/corpus/documents.jsonl      JSON Lines, one document each
python -m local.enqueue README.md docs/                    Markdown files, folders are searched
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis import Redis
from rq import Queue

FUNCTION = "worker.index_document_job"
HIDDEN = {".git", ".build", ".cache"}


def documents(path: Path, base: str) -> Iterator[dict[str, Any]]:
    """The documents of one argument, in a stable order."""
    if path.is_dir():
        for file in sorted(path.rglob("*.md")):
            if not HIDDEN.intersection(file.relative_to(path).parts):
                yield from documents(file, base)
    elif path.suffix == ".jsonl":
        for line in path.read_text(encoding="utf-8").splitlines():
            yield complete(json.loads(line))
    else:
        text = path.read_text(encoding="utf-8")
        heading = next((line for line in text.splitlines() if line.startswith("#")), path.name)
        place = os.path.relpath(path)
        yield complete({"url": f"{base.rstrip('/')}/{place}", "title": heading.lstrip("# "), "markdown": text})


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The keys a crawl result has, in the spelling that the product's webhook uses."""
    return {
        "url": document["url"],
        "resolvedUrl": document.get("resolvedUrl", document["url"]),
        "title": document.get("title"),
        "description": document.get("description"),
        "markdown": document["markdown"],
        "html": document.get("html") or "",
        "statusCode": 200,
        "language": document.get("language", "en"),
        "country": document.get("country"),
        "isMobile": False,
    }


def main() -> int:
    parser = argparse.ArgumentParser("local.enqueue", description="Enqueues documents through python-rq")
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--queue", default="indexing")
    parser.add_argument("--base", default="https://example.org/pulse", help="where Markdown files are said to live")
    options = parser.parse_args()
    # From the environment: a URL may hold a password, and arguments can be read by every user of the machine.
    redis = Redis.from_url(os.environ.get("PULSE_REDIS_URL", "redis://127.0.0.1:16379/0"))
    queue = Queue(options.queue, connection=redis)
    for path in options.paths:
        for document in documents(path, options.base):
            job = queue.enqueue(FUNCTION, document, job_timeout="10m")
            print(json.dumps({"id": job.id, "url": document["url"]}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
