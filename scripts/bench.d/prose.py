"""Real text of the size that a measurement wants, out of the demo's documents."""

import json
from collections.abc import Iterator

from stack import CORPUS


def pieces(size: int) -> Iterator[str]:
    """One after the other, each of `size` bytes or a few less."""
    text = b""
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        text += json.loads(line)["markdown"].encode() + b"\n\n"
        while len(text) >= size:
            yield text[:size].decode(errors="ignore")
            text = text[size:]
