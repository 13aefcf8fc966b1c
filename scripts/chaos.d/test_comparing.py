import unittest
import zlib
from typing import Any

from comparing import Vectors, compare
from documents import Documents
from ledger import Ledger


class Short(Documents):
    """Documents of two lines, so that their points can be written by hand."""

    def _make(self, number: int, version: int) -> tuple[int, str]:
        return 0, f"first of {number} in {version}\nsecond of {number} in {version}\n"


class ComparingTests(unittest.TestCase):
    def setUp(self) -> None:
        self.vectors = Vectors([b"[1.0,0.0]", b"[0.0,1.0]"])
        self.documents, self.ledger = Short(1), Ledger()
        self.ledger.begin_new(1)
        self.ledger.promised(1, "a", 0)
        self.ledger.begin_again(0)
        self.ledger.promised(1, "b", 0)
        self.points = [self.point(0, 2), self.point(1, 2)]

    def point(self, index: int, version: int) -> dict[str, Any]:
        lines = self.documents.document(1, version).markdown.encode().splitlines(keepends=True)
        start = len(b"".join(lines[:index]))
        text = lines[index].decode().rstrip("\n")
        payload = {"url": self.documents.url(1), "chunk_index": index, "text": text}
        payload |= {"bytes": [start, start + len(text)], "content_hash": "x", "chunk_count": 2, "chunk_high": 2}
        return {"payload": payload, "vector": [[1.0, 0.0], [0.0, 1.0]][zlib.crc32(text.encode()) % 2]}

    def faults(self) -> str:
        return "\n".join(compare(self.points, self.vectors, self.documents, self.ledger).faults)

    def test_the_last_version_whole_is_as_promised(self) -> None:
        self.assertEqual(self.faults(), "")

    def test_a_lost_document_is_found(self) -> None:
        self.points = []
        self.assertIn("its points are []", self.faults())

    def test_an_older_version_is_found(self) -> None:
        self.points = [self.point(0, 1), self.point(1, 1)]
        self.assertIn("should be version 2: the text of chunk 0", self.faults())

    def test_a_mixed_document_is_found(self) -> None:
        self.points[1] = self.point(1, 1)
        self.assertIn("the text of chunk 1", self.faults())

    def test_a_missing_chunk_and_one_too_many_are_found(self) -> None:
        whole = list(self.points)
        self.points = whole[:1]
        self.assertIn("1 points, the state says 2", self.faults())
        third = self.point(1, 2)
        third["payload"]["chunk_index"] = 2
        self.points = [*whole, third]
        self.assertIn("3 points, the state says 2", self.faults())

    def test_a_document_that_was_not_committed_is_found(self) -> None:
        self.points[0]["payload"]["content_hash"] = ""
        self.assertIn("the state says", self.faults())

    def test_another_texts_vector_is_found(self) -> None:
        self.points[0]["vector"] = self.points[0]["vector"][::-1]
        self.assertIn("the vector of chunk 0 is another text's", self.faults())

    def test_a_stranger_is_found(self) -> None:
        stranger = self.point(0, 2)
        stranger["payload"]["url"] = "https://nobody.example/"
        self.points.append(stranger)
        self.assertIn("https://nobody.example/: points of a document that nobody sent", self.faults())


if __name__ == "__main__":
    unittest.main()
