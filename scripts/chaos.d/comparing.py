"""What Qdrant holds in the end against the producer's ledger: every point is looked at, none is asked of Pulse."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import numpy
import orjson

from documents import Documents
from ledger import Ledger
from stack import COLLECTION
from stored_points import Point, wrong

PAGE = 1000
# Qdrant keeps float32 and brings each vector to length 1.
ALIKE = 0.9999
NOT_ITS_TEXTS = 0


def points(qdrant: str) -> Iterator[dict[str, Any]]:
    """All of them, with their vectors."""
    offset = None
    while True:
        body = {"limit": PAGE, "with_payload": True, "with_vector": True} | ({"offset": offset} if offset else {})
        url = f"{qdrant}/collections/{COLLECTION}/points/scroll"
        request = Request(url, orjson.dumps(body), {"content-type": "application/json"})
        with urlopen(request, timeout=120) as answer:
            result = orjson.loads(answer.read())["result"]
        yield from result["points"]
        offset = result["next_page_offset"]
        if offset is None:
            return


class Vectors:
    """The stand-in's vectors: a text's is chosen by its CRC-32."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        texts = list(lines)
        self.crcs = [zlib.crc32(text) for text in texts]
        self._all = numpy.array([orjson.loads(text) for text in texts], dtype=numpy.float32)

    def crc(self, text: str, vector: Any) -> int:
        """Of the text's own vector when the stored one is that; else what is none's."""
        index = zlib.crc32(text.encode()) % len(self.crcs)
        dense = vector.get("", vector) if isinstance(vector, dict) else vector
        stored = numpy.array(dense, dtype=numpy.float32)
        is_its_own = stored.shape == self._all[index].shape and float(stored @ self._all[index]) > ALIKE
        return self.crcs[index] if is_its_own else NOT_ITS_TEXTS


@dataclass
class Comparison:
    documents: int
    points: int
    # One line for each document that is not what it should be.
    faults: list[str]


def compare(found: Iterable[dict[str, Any]], vectors: Vectors, documents: Documents, ledger: Ledger) -> Comparison:
    by_url: dict[str, list[Point]] = defaultdict(list)
    count = 0
    for one in found:
        payload = one["payload"]
        by_url[payload["url"]].append(Point(vectors.crc(payload["text"], one["vector"]), 0, 0, payload))
        count += 1
    faults = []
    expected = ledger.expected()
    for number, version in sorted(expected.items()):
        document = documents.document(number, version)
        own = sorted(by_url.pop(document.url, []), key=lambda point: point.payload["chunk_index"])
        if fault := wrong(document.markdown.encode(), own, vectors.crcs):
            faults.append(f"{document.url} should be version {version}: {fault}; {versions(own)}")
    known = {documents.url(number) for number in ledger.unpromised()} | {fated.url for fated in ledger.fated.values()}
    faults += [f"{url}: points of a document that nobody sent" for url in sorted(set(by_url) - known)]
    return Comparison(len(expected), count, faults)


def versions(own: list[Point]) -> str:
    """What the points say of themselves."""
    told = sorted({str(point.payload.get("generation")) for point in own if point.payload["chunk_index"] == 0})
    starts = [p.payload["text"].split("\n")[0][:60] for p in own if p.payload["chunk_index"] == 0]
    return f"generation {told}, beginning {starts}"
