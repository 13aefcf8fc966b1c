"""What the stand-in for Qdrant holds in the end, held against the documents it came from."""

import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from stand_ins import StandIns, get

# stand-ins/qdrant.c: id, CRC-32 of the vector, its dimension, the payload's size, when it was written.
HEAD = struct.Struct("<16sIIId")


@dataclass(slots=True)
class Point:
    crc: int
    dimension: int
    changed: float
    payload: dict[str, Any]


def points(stand_ins: StandIns) -> Iterator[Point]:
    dump, at = memoryview(get(f"{stand_ins.qdrant}/dump")), 0
    while at < len(dump):
        _, crc, dimension, size, changed = HEAD.unpack_from(dump, at)
        at += HEAD.size
        yield Point(crc, dimension, changed, orjson.loads(dump[at : at + size]))
        at += size


def by_url(stand_ins: StandIns) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = defaultdict(list)
    for point in points(stand_ins):
        found[point.payload["url"]].append(point)
    return found


def vector_crcs(stand_ins: StandIns) -> list[int]:
    return [zlib.crc32(line) for line in get(f"{stand_ins.tei}/vectors").splitlines()]


def check(stand_ins: StandIns, documents: Iterable[dict[str, str]]) -> int:
    """How many points there are, once it is certain that they are all of the documents and nothing else: each document
    complete and committed, each text the document's own bytes, no byte but blanks in no text, each vector its text's.

    Raises RuntimeError.
    """
    found, crcs, count = by_url(stand_ins), vector_crcs(stand_ins), 0
    for document in documents:
        own = sorted(found.pop(document["url"], []), key=lambda point: point.payload["chunk_index"])
        if fault := wrong(document["markdown"].encode(), own, crcs):
            raise RuntimeError(f"{document['url']}: {fault}")
        count += len(own)
    if found:
        raise RuntimeError(f"points of documents that nobody sent: {sorted(found)[:5]}")
    return count


def wrong(source: bytes, own: list[Point], crcs: list[int]) -> str | None:
    if [point.payload["chunk_index"] for point in own] != list(range(len(own))) or not own:
        return f"its points are {[point.payload['chunk_index'] for point in own]}"
    state = own[0].payload
    if not state["content_hash"] or state["chunk_count"] != len(own) or state["chunk_high"] != len(own):
        return f"{len(own)} points, the state says {state['chunk_count']} of {state['chunk_high']}"
    covered = 0
    for point in own:
        text, (start, end) = point.payload["text"].encode(), point.payload["bytes"]
        if source[covered:start].strip():
            return f"bytes {covered}..<{start} are in no point"
        # A table that goes on begins with its header again.
        if not text.endswith(source[start:end]) or not repeats(text[: len(text) - (end - start)], source[:start]):
            return f"the text of chunk {point.payload['chunk_index']} is not bytes {start}..<{end}"
        if point.crc != crcs[zlib.crc32(text) % len(crcs)]:
            return f"the vector of chunk {point.payload['chunk_index']} is another text's"
        covered = max(covered, end)
    return f"bytes {covered}..<{len(source)} are in no point" if source[covered:].strip() else None


def repeats(lead: bytes, before: bytes) -> bool:
    return all(line in before for line in lead.splitlines())
