"""What a Python worker of the replaced product demands of a job, run as its function.

Every key has to be there and nothing unknown beside them, in one spelling throughout: what it was called with is
returned, so that the check sees what arrived.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    url: str = Field(min_length=1)
    markdown: str
    html: str
    title: str | None
    description: str | None
    language: str | None
    country: str | None


class SnakeCase(Document):
    """As POST /api/index wrote them."""

    resolved_url: str = Field(min_length=1)
    status_code: int
    gcs_path: str | None
    screenshot_url: str | None
    is_mobile: bool


class CamelCase(Document):
    """As the webhook wrote them."""

    resolvedUrl: str = Field(min_length=1)
    statusCode: int
    gcsPath: str | None
    screenshotUrl: str | None
    isMobile: bool
    crawl_id: str | None


def validated(document: dict[str, Any]) -> dict[str, Any]:
    model = CamelCase if "resolvedUrl" in document else SnakeCase
    return model.model_validate(document).model_dump()


def index_document_job(document: dict[str, Any]) -> dict[str, Any]:
    return validated(document)


def index_document_batch_job(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [validated(document) for document in documents]
