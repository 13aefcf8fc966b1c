"""What is sent: which document, in which version, with which content - all of it out of the seed."""

import functools
import math
import random
from dataclasses import dataclass

import markdown_documents

ORIGIN = "https://chaos.example"
MEDIAN, SPREAD = 3000, 0.8
SMALLEST, LARGEST = 2000, 40_000
RECRAWLS = 0.3
UNCHANGED, SHRUNK, GROWN = 0.1, 0.25, 0.25
# What the proxy before TEI refuses for good.
REFUSED = "[[refused]]"


@dataclass(frozen=True)
class Document:
    url: str
    version: int
    markdown: str

    def fields(self) -> dict[str, str]:
        """As the product's job and its API have it."""
        return {
            "url": self.url,
            "title": f"{self.url} as crawled",
            "description": "A page that was never on the web",
            "language": "en",
            "markdown": self.markdown,
        }


class Documents:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._of = functools.lru_cache(maxsize=512)(self._make)

    def url(self, number: int) -> str:
        return f"{ORIGIN}/{self.seed}/{number}"

    def document(self, number: int, version: int) -> Document:
        """`version` counts from 1."""
        return Document(self.url(number), version, self._of(number, version)[1])

    def chance(self, *parts: object) -> random.Random:
        return random.Random("/".join(str(part) for part in (self.seed, *parts)))

    def _make(self, number: int, version: int) -> tuple[int, str]:
        """The size that was aimed at, and the text."""
        chance = self.chance(number, version)
        size = int(chance.lognormvariate(math.log(MEDIAN), SPREAD))
        if version > 1:
            before, same = self._of(number, version - 1)
            how = chance.random()
            if how < UNCHANGED:
                return before, same
            if how < UNCHANGED + SHRUNK:
                size = before // 3
            elif how < UNCHANGED + SHRUNK + GROWN:
                size = before * 3
        size = min(LARGEST, max(SMALLEST, size))
        text = markdown_documents.markdown(chance, number, size)
        return size, f"Version {version} of page {number} of run {self.seed}.\n\n{text}"
