"""Documents in three versions each: long, then shorter, the same or with another title, then with other content."""

import random
from dataclasses import dataclass
from typing import Any

DOCUMENTS, VERSIONS = 500, 3
# More points than go in one request.
LARGE_SECTIONS, LARGE_EVERY = 300, 20
WORDS = "queue worker claim vector point crash intent commit order bound server answer batch chunk reader".split()  # noqa: SIM905


@dataclass(frozen=True)
class Job:
    id: str
    document: dict[str, Any]


def prose(dice: random.Random, sections: int) -> str:
    """Each section is a chunk of its own."""
    return "\n\n".join(
        f"# Section {number}\n\n" + " ".join(dice.choices(WORDS, k=48)) + "." for number in range(sections)
    )


def versions(number: int) -> list[Job]:
    dice = random.Random(number)
    url = f"https://example.org/idempotence/{number}"
    size = LARGE_SECTIONS if number % LARGE_EVERY == 0 else dice.randint(2, 14)
    first = {"url": url, "title": f"Document {number}", "markdown": prose(dice, size)}
    kind = number % 10
    if kind == 7:
        second = dict(first)
    elif kind == 8:
        second = first | {"title": f"Document {number} again"}
    else:
        second = first | {"markdown": prose(dice, max(1, size // 3))}
    third = first | {"markdown": prose(dice, dice.randint(1, 20))}
    return [Job(f"job-{number}-{version}", document) for version, document in enumerate((first, second, third), 1)]
