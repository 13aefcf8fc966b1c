"""Where the documents come from: which packages, which pages, and the address each page has on the web."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Release notes repeat each other, and lists of names say nothing to a search.
DULL = re.compile(
    r"^(release|bookindex|genindex|search|index|objects|ap-license|sql-keywords|errcodes|features|biblio)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """`budget` is how many bytes of Markdown the demo takes from this package at most."""

    package: str
    pages: str
    budget: int
    url: Callable[[Path], str]

    def files(self, unpacked: Path) -> list[Path]:
        found = (unpacked / self.package).glob(self.pages)
        return sorted(path for path in found if not DULL.match(path.name))


def _git(path: Path) -> str:
    return f"https://git-scm.com/docs/{path.stem}"


def _policy(path: Path) -> str:
    return f"https://www.debian.org/doc/debian-policy/{path.name}"


def _postgresql(path: Path) -> str:
    return f"https://www.postgresql.org/docs/15/{path.name}"


SOURCES = (
    Source("git-doc", "usr/share/doc/git-doc/*.html", 450_000, _git),
    Source("debian-policy", "usr/share/doc/debian-policy/policy.html/*.html", 200_000, _policy),
    Source("postgresql-doc-15", "usr/share/doc/postgresql-doc-15/html/*.html", 10_000_000, _postgresql),
)
