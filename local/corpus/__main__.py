"""`python -m local.corpus`: unpacked packages in, `documents.jsonl` out; the same packages give the same bytes."""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from local.corpus.markdown import to_markdown
from local.corpus.sources import SOURCES

FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "corpus"
SMALLEST, LARGEST = 2_000, 60_000
# The demo promises at least 2 MB in at least 200 documents; more would only make it longer.
ENOUGH_BYTES, MOST_BYTES, ENOUGH_DOCUMENTS = 2_020_000, 2_400_000, 200
DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class Document:
    url: str
    title: str
    markdown: str
    description: str
    language: str = "en"

    @property
    def size(self) -> int:
        return len(self.markdown.encode())

    @property
    def prose(self) -> float:
        """Share of letters and blanks: code and tables of options are low."""
        return sum(one.isalpha() or one == " " for one in self.markdown) / len(self.markdown)


def describe(markdown: str) -> str:
    """The beginning of the first paragraph, cut at a word."""
    paragraphs = (block for block in markdown.split("\n\n") if block[:1].isalpha())
    first = next(paragraphs, "")
    return first if len(first) <= DESCRIPTION else first[:DESCRIPTION].rsplit(" ", 1)[0] + "…"


def read(path: Path, url: str) -> Document | None:
    title, markdown = to_markdown(path.read_text(encoding="utf-8", errors="replace"))
    if not title or not SMALLEST <= len(markdown.encode()) <= LARGEST:
        return None
    return Document(url, title, markdown, describe(markdown))


def choose(unpacked: Path, needed: set[str]) -> list[Document]:
    """The pages that the queries ask for, then the most prose-like of each package until there is enough."""
    chosen: dict[str, Document] = {}
    texts: set[str] = set()
    for source in SOURCES:
        pages = [page for path in source.files(unpacked) if (page := read(path, source.url(path)))]
        budget = source.budget
        for page in sorted(pages, key=lambda page: (page.url not in needed, -page.prose, page.url)):
            total = sum(one.size for one in chosen.values())
            if page.size > budget or page.markdown in texts or total + page.size > MOST_BYTES:
                continue
            if total >= ENOUGH_BYTES and len(chosen) >= ENOUGH_DOCUMENTS and page.url not in needed:
                break
            chosen[page.url] = page
            texts.add(page.markdown)
            budget -= page.size
    return sorted(chosen.values(), key=lambda page: page.url)


def main() -> int:
    parser = argparse.ArgumentParser("local.corpus", description="Writes the demo's documents as JSON Lines")
    parser.add_argument("--unpacked", type=Path, default=FOLDER / "packages", help="folder with one folder per package")
    parser.add_argument("--output", type=Path, default=FOLDER / "documents.jsonl")
    parser.add_argument("--queries", type=Path, default=Path(__file__).resolve().parents[1] / "queries.json")
    options = parser.parse_args()
    needed = {url for query in json.loads(options.queries.read_text()) for url in query["expected"]}
    documents = choose(options.unpacked, needed)
    total = sum(document.size for document in documents)
    missing = needed - {document.url for document in documents}
    if missing or total < 2_000_000 or len(documents) < ENOUGH_DOCUMENTS:
        print(
            f"corpus: {len(documents)} documents, {total} bytes, missing {sorted(missing)}: too little", file=sys.stderr
        )
        return 1
    partial = options.output.with_suffix(".partial")
    partial.write_text(
        "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in documents), encoding="utf-8"
    )
    partial.rename(options.output)
    print(f"{options.output}: {len(documents)} documents, {total} bytes")
    return 0


sys.exit(main())
