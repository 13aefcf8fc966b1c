"""The model's tokenizer, with offsets in UTF-8 bytes as TEI gives them."""

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import tokenizers


@dataclass(slots=True)
class Encoded:
    ids: list[int]
    characters: int


class Tokenizer:
    def __init__(self, path: Path) -> None:
        self._tokenizer = tokenizers.Tokenizer.from_file(str(path))
        # The file asks for 128 tokens, cut and padded; TEI uses the model's own limit and pads nothing.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def encode(self, text: str) -> list[int]:
        """Ids with the special tokens around them."""
        return list(self._tokenizer.encode(text).ids)

    def decode(self, ids: list[int], skip_special: bool) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=skip_special))

    def encode_plain(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def describe(self, text: str, add_special: bool) -> list[dict[str, Any]]:
        """What /tokenize answers for one text: id, text, special, and the span in bytes (null for special tokens)."""
        encoding = self._tokenizer.encode(text, add_special_tokens=add_special)
        raw = text.encode()
        # The Python binding counts characters; offset i of this table is the byte where character i begins.
        table = None if len(raw) == len(text) else [0, *accumulate(len(c.encode()) for c in text)]
        tokens = []
        rows = zip(encoding.ids, encoding.offsets, encoding.special_tokens_mask, encoding.tokens, strict=True)
        for token, (start, stop), special, name in rows:
            if special:
                tokens.append({"id": token, "text": name, "special": True, "start": None, "stop": None})
                continue
            if table:
                start, stop = table[start], table[stop]
            piece = raw[start:stop].decode(errors="replace")
            tokens.append({"id": token, "text": piece, "special": False, "start": start, "stop": stop})
        return tokens


def truncated(ids: list[int], limit: int, direction: str) -> list[int]:
    """At most `limit` ids, the first and last (special) ones kept."""
    if len(ids) <= limit:
        return ids
    body, room = ids[1:-1], limit - 2
    return [ids[0], *(body[-room:] if direction == "left" else body[:room]), ids[-1]]
