"""Documents as the replaced product's routes hand them to the queue."""

from typing import Any

FUNCTION, BATCH = "worker.index_document_job", "worker.index_document_batch_job"
TEXT = "# Tides\n\nThe moon pulls the sea twice a day, and the harbour master writes it down.\n\n## Springs\n\n{}"


def document(name: str) -> dict[str, Any]:
    """As the product's webhook spells it."""
    url = f"https://example.org/{name}"
    return {
        "url": url,
        "resolvedUrl": url,
        "title": f"The title of {name}",
        "description": None,
        "markdown": TEXT.format(f"Every page has a sentence of its own: this is {name}."),
        "html": "<h1>Tides</h1>",
        "statusCode": 200,
        "gcsPath": None,
        "screenshotUrl": None,
        "language": "en",
        "country": None,
        "isMobile": False,
        "crawl_id": "crawl-1",
    }


def snake(name: str) -> dict[str, Any]:
    """As its other route spells it."""
    whole = document(name)
    renamed = {"resolvedUrl": "resolved_url", "statusCode": "status_code", "isMobile": "is_mobile"}
    return {renamed.get(key, key): value for key, value in whole.items() if key != "crawl_id"}


def bad(name: str) -> dict[str, Any]:
    """It has no URL, so that no worker can index it."""
    return {key: value for key, value in document(name).items() if key not in ("url", "resolvedUrl")}
