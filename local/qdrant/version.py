"""The version that this server claims to be, and what it can do for it."""

import re

DEFAULT = "1.19.0"


class Version(tuple[int, int, int]):
    """Compares as versions do: 1.9.0 is older than 1.15.2."""

    @classmethod
    def parse(cls, text: str) -> "Version":
        found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", text)
        if not found:
            raise SystemExit(f"qdrant: the version is three numbers such as {DEFAULT}, not '{text}'")
        return cls(int(part) for part in found.groups())

    def __str__(self) -> str:
        return ".".join(str(part) for part in self)

    @property
    def has_bm25_vectors(self) -> bool:
        """Makes a sparse vector of a text by itself (`qdrant/bm25`)."""
        return self >= (1, 15, 2)

    @property
    def has_rrf_k(self) -> bool:
        return self >= (1, 16, 0)

    @property
    def adds_vectors(self) -> bool:
        """An existing collection can gain a named vector."""
        return self >= (1, 18, 0)

    @property
    def scores_text(self) -> bool:
        """Ranks by the text index of a payload field."""
        return self >= (1, 20, 0)
