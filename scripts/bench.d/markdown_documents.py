"""Markdown documents as a crawler brings them, any number of them: made of the demo's own headings, paragraphs, lists,
tables and code, mixed anew by a seed. Half of them are below 4 KB, none is below 2 or above 60 KB."""

import functools
import json
import math
import random
from collections.abc import Iterator

from stack import CORPUS

MEDIAN, SPREAD = 4096, 0.85
SMALLEST, LARGEST = 2_000, 60_000
# A run is taken from one document as it stands there, so that what belongs together stays together.
LONGEST_RUN = 6
SECTIONS_FOR_A_TABLE = 6
ORIGIN = "https://example.org/crawl"


def blocks(markdown: str) -> list[str]:
    """Its parts between blank lines; what a fence encloses stays whole."""
    found: list[str] = []
    open_fence = False
    for part in markdown.split("\n\n"):
        if open_fence:
            found[-1] += "\n\n" + part
        elif part.strip():
            found.append(part)
        open_fence ^= part.count("```") % 2 == 1
    return found


@functools.cache
def sources() -> list[list[str]]:
    return [blocks(json.loads(line)["markdown"]) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def table(chance: random.Random, words: list[str]) -> str:
    """Of one to three words in each cell."""
    columns = chance.randint(2, 5)
    cells = [
        [" ".join(chance.sample(words, chance.randint(1, 3))).replace("|", "/") for _ in range(columns)]
        for _ in range(chance.randint(4, 20))
    ]
    rows = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([rows[0], "|" + "---|" * columns, *rows[1:]])


def markdown(chance: random.Random, number: int, size: int) -> str:
    parts = [f"# Page {number} of the crawl"]
    length = len(parts[0])
    while length < size:
        document = chance.choice(sources())
        start = chance.randrange(len(document))
        run = document[start : start + chance.randint(1, LONGEST_RUN)]
        if not run[0].startswith("#"):
            run = [f"## Section {len(parts)} of page {number}", *run]
        if chance.randrange(SECTIONS_FOR_A_TABLE) == 0 and len(words := " ".join(run).split()) > 3:
            run.append(table(chance, words))
        parts += run
        length += sum(len(part.encode()) + 2 for part in run)
    text = "\n\n".join(parts).encode()
    # The last run was as long as it was; a blank line is where a document may end.
    end = text.rfind(b"\n\n", 0, min(size, LARGEST) + 1)
    return text[: end if end >= max(SMALLEST, size // 2) else min(size, LARGEST)].decode(errors="ignore") + "\n"


def documents(count: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """The same ones for the same seed; no two have the same URL or content."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        size = min(LARGEST, max(SMALLEST, int(chance.lognormvariate(math.log(MEDIAN), SPREAD))))
        yield {
            "url": f"{ORIGIN}/{seed}/{number}",
            "title": f"Page {number}",
            "description": "A page that was never on the web",
            "language": "en",
            "markdown": markdown(chance, number, size),
        }


def large_document(number: int, size: int = 20_000_000) -> dict[str, str]:
    """One of about so many bytes, pages upon pages; no two are alike."""
    parts, length = [], 0
    for page in documents(size, seed=1000 + number):
        parts.append(page["markdown"])
        length += len(page["markdown"].encode())
        if length >= size:
            break
    return {"url": f"{ORIGIN}/large/{number}", "title": f"Large {number}", "markdown": "\n".join(parts)}
