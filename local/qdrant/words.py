"""Texts in a vector's place, which the server makes a BM25 vector of, and queries that the index of a field ranks."""

from functools import lru_cache
from typing import Any

import qdrant_edge as edge

from local.qdrant.errors import Refusal, bad_format, bad_request
from local.qdrant.version import Version

MODELS = ("qdrant/bm25", "bm25")


def is_document(value: Any) -> bool:
    return isinstance(value, dict) and "model" in value and "text" in value


def embed(value: dict[str, Any], version: Version, query: bool) -> edge.SparseVector:
    text, model = value["text"], value["model"]
    if not isinstance(text, str) or not isinstance(model, str):
        raise bad_format("data did not match any variant of untagged enum Vector")
    if model.lower() not in MODELS or not version.has_bm25_vectors:
        raise Refusal(500, "Service internal error: InferenceService URL not configured")
    options = value.get("options") or {}
    if not isinstance(options, dict):
        raise bad_format("data did not match any variant of untagged enum Vector")
    try:
        embedder = _embedder(tuple(sorted(options.items())))
    except (TypeError, ValueError) as error:
        raise bad_request(f"Invalid BM25 config: {error}") from None
    return embedder.embed_query(text) if query else embedder.embed_document(text)


@lru_cache(maxsize=16)
def _embedder(options: tuple[tuple[str, Any], ...]) -> edge.Bm25:
    return edge.Bm25(edge.Bm25Config(**dict(options)))


def text_query(value: dict[str, Any], using: str, version: Version) -> edge.TextQuery | None:
    """`{"text": "words"}` with the field in `using`; None when the query is something else."""
    text = value.get("text")
    if "model" in value or text is None or not version.scores_text:
        return None
    words = text.get("query") if isinstance(text, dict) else text
    if not isinstance(words, str) or not using:
        raise bad_format("data did not match any variant of untagged enum QueryInterface")
    return edge.TextQuery(using, words)
