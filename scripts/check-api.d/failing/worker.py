"""What a Python worker runs so that a job fails with a reason that would like to be markup."""

from typing import Any


def index_document_job(document: dict[str, Any]) -> None:
    raise ValueError(f"{document['title']} in exc_string")
