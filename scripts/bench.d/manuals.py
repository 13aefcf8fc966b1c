"""The manuals that the local stack's documents come from, as a collection large enough to look for something in it."""

from pathlib import Path

from local.corpus.markdown import to_markdown
from local.corpus.sources import SOURCES
from stack import CORPUS

UNPACKED = CORPUS.with_name("packages")
# Short ones, so that many pages make few chunks.
SMALLEST, LARGEST = 2_000, 14_000


def name(url: str) -> str:
    return url.rpartition("/")[2].removesuffix(".html")


def page(path: Path, url: str) -> dict[str, str] | None:
    title, markdown = to_markdown(path.read_text(encoding="utf-8", errors="replace"))
    if not title or not SMALLEST <= len(markdown.encode()) <= LARGEST:
        return None
    return {"url": url, "title": title, "language": "en", "markdown": markdown}


def prose(document: dict[str, str]) -> float:
    """Share of letters and blanks."""
    return sum(one.isalpha() or one == " " for one in document["markdown"]) / len(document["markdown"])


def documents(count: int, needed: set[str]) -> list[dict[str, str]]:
    """The pages of these names and those with most prose, in an order that is always the same. Raises RuntimeError."""
    found: dict[str, dict[str, str]] = {}
    for source in SOURCES:
        for path in source.files(UNPACKED):
            if document := page(path, source.url(path)):
                found.setdefault(document["markdown"], document)
    best = sorted(found.values(), key=lambda one: (name(one["url"]) not in needed, -prose(one), one["url"]))[:count]
    if missing := needed - {name(document["url"]) for document in best}:
        raise RuntimeError(f"no page of these names, or of another size now: {sorted(missing)}")
    return best
