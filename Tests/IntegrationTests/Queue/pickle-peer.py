"""Python's own pickle module, for the round trips: writes random values, and reads what Pulse wrote.

  pickle-peer.py write SEED COUNT FILE   random values, in protocols 2 to 5 in turn
  pickle-peer.py refused FILE            values that Pulse has to refuse, each with words of the refusal
  pickle-peer.py check FILE              whether each pickle is the value that stands beside it; prints what is not
  pickle-peer.py same FILE               the same, and whether each is what Python would have written, byte for byte

FILE holds pairs: a pickle, then its value in a form without ambiguity (see `plain`), each after its length as four bytes.
"""

import pickle
import pickletools
import random
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

INTEGERS = [0, 1, -1, 127, -128, 128, 255, 256, 65535, 65536, 2**31 - 1, -(2**31), 2**31, 2**63 - 1, -(2**63)]
FLOATS = [0.0, -0.0, 1.5, 0.1, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan")]
LETTERS = "az09 _\0\n\"'\\\x7f\u00e9e\u0301\u2028\u4e2d\uffff\ufffd\U0001f600\U0010ffff\ud800\udbff\udfff"
# Of one string's bytes: where the short opcode ends, and where the frame does.
LENGTHS = [255, 256, 257, 65535, 65536, 70000]


def mended(text: str) -> str:
    """A lone surrogate as Pulse reads it."""
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


def plain(value: Any) -> bytes:
    """A value as bytes: nothing but itself has the same, not even another not-a-number."""
    match value:
        case None:
            return b"N"
        case bool():
            return b"T" if value else b"F"
        case int():
            return b"i%d;" % value
        case float():
            return b"f" + struct.pack(">d", value)
        case str():
            content = mended(value).encode()
            return b"s%d:" % len(content) + content
        case bytes():
            return b"b%d:" % len(value) + value
        case list():
            return b"[" + b"".join(map(plain, value)) + b"]"
        case tuple():
            return b"(" + b"".join(map(plain, value)) + b")"
        case dict():
            return b"{" + b"".join(plain(key) + plain(item) for key, item in value.items()) + b"}"
    raise TypeError(type(value).__name__)


class Values:
    """Random values in which objects come again, as the same object."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._made: list[Any] = []
        self._may_hold_bytes = True

    def next(self, may_hold_bytes: bool) -> Any:
        self._made = []
        self._may_hold_bytes = may_hold_bytes
        chance = self._random.random()
        if chance < 0.002:
            # Beyond a batch of 1000, and beyond the memo's first 255.
            return [self._scalar() for _ in range(self._random.randint(999, 2001))]
        if chance < 0.004:
            return {f"key {number}": self._scalar() for number in range(self._random.randint(999, 2001))}
        if chance < 0.008:
            length = self._random.choice(LENGTHS)
            big = self._text(1) * length if self._random.random() < 0.5 or not may_hold_bytes else bytes(length)
            return [big, big, {"again": big}]
        return self._value(self._random.choice([1, 2, 3, 8]))

    def _value(self, depth: int) -> Any:
        if self._made and self._random.random() < 0.15:
            return self._random.choice(self._made)
        kind = self._random.choice(["scalar", "list", "tuple", "dict"]) if depth else "scalar"
        items = range(self._random.choice([0, 1, 1, 2, 3, 4]))
        value: Any
        match kind:
            case "list":
                value = [self._value(depth - 1) for _ in items]
            case "tuple":
                value = tuple(self._value(depth - 1) for _ in items)
            case "dict":
                value = self._dict(len(items), depth)
            case _:
                value = self._scalar()
        self._made.append(value)
        return value

    def _dict(self, count: int, depth: int) -> dict[str, Any]:
        # Keys that differ only in their surrogates would become one.
        keys = {mended(key): key for key in (self._text(6) for _ in range(count))}
        return {key: self._value(depth - 1) for key in keys.values()}

    def _scalar(self) -> Any:
        kinds = ["constant", "edge", "int", "float", "text", "text"] + ["bytes"] * self._may_hold_bytes
        match self._random.choice(kinds):
            case "constant":
                return self._random.choice([None, True, False])
            case "edge":
                return self._random.choice(INTEGERS + FLOATS)
            case "int":
                number = self._random.getrandbits(self._random.randint(1, 63))
                return self._random.choice([number, -number])
            case "float":
                return struct.unpack(">d", self._random.randbytes(8))[0]
            case "bytes":
                return self._random.randbytes(self._random.choice([0, 1, 5, 300]))
        return self._text(self._random.choice([3, 20, 120]))

    def _text(self, most: int) -> str:
        return "".join(self._random.choices(LETTERS, k=self._random.randint(0, most)))


def written(seed: int, count: int) -> Iterator[tuple[bytes, bytes]]:
    values = Values(seed)
    for number in range(count):
        protocol = 2 + number % 4
        # Protocol 2 has no bytes: they would be a call.
        value = values.next(may_hold_bytes=protocol > 2)
        yield pickle.dumps(value, protocol), plain(value)


def refused() -> Iterator[tuple[bytes, bytes]]:
    bytearrays = {2: b"GLOBAL", 3: b"GLOBAL", 4: b"STACK_GLOBAL", 5: b"BYTEARRAY8"}
    for protocol, bytearray_opcode in bytearrays.items():
        for number in (2**63, -(2**63) - 1, 2**64 - 1, 2**127, 2**128, -(2**200), 2**2100):
            yield pickle.dumps({"crawl_id": number}, protocol), b"does not fit into 64 bits"
        for value in ({1}, frozenset([1])):
            words = b"would run code" if protocol < 4 else b"is not among those that data needs"
            yield pickle.dumps([value], protocol), words
        yield pickle.dumps(bytearray(b"x"), protocol), b"opcode " + bytearray_opcode + b" at byte"
        yield pickle.dumps({1: 2}, protocol), b"a dict key that is not a str"
        yield pickle.dumps(1j, protocol), b"would run code"
    yield pickle.dumps(b"x", 2), b"opcode GLOBAL at byte 2 would run code"


# Never to be met in what Pulse accepts, and not to be run here to find out.
CALLS = {"GLOBAL", "STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "REDUCE", "BUILD", "EXT1", "EXT2", "EXT4"}


def wrong(content: bytes, expected: bytes) -> str | None:
    """Why this is not that value, if so."""
    try:
        end = 0
        for opcode, _, place in pickletools.genops(content):
            if opcode.name in CALLS:
                return f"{opcode.name} at byte {place} was accepted"
            end = place + 1
        if end != len(content):
            return f"{len(content) - end} bytes after STOP were accepted"
        # As RQ reads it: from bytes, where the ends of frames do not matter, not from a file.
        value = pickle.loads(content)
    except Exception as error:  # whatever a damaged pickle makes it raise
        return f"{type(error).__name__}: {error}"
    return None if plain(value) == expected else f"Python reads {value!r:.300}, not {expected!r:.300}"


def different(content: bytes) -> str | None:
    """How Python would have written it, if otherwise. Where it refers to an object twice there is nothing to compare: it
    has one empty string and one of each letter, which a pickle of values knows nothing of."""
    ours = pickle.dumps(pickle.loads(content), 5)
    if ours == content or any("GET" in opcode.name for opcode, _, _ in pickletools.genops(ours)):
        return None
    place = next(place for place in range(len(content)) if content[: place + 1] != ours[: place + 1])
    return f"Python writes {ours[place : place + 40].hex()} from byte {place} on"


def pairs(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, found = 0, []
    while place < len(content):
        (length,) = struct.unpack_from("<I", content, place)
        found.append(content[place + 4 : place + 4 + length])
        place += 4 + length
    yield from zip(found[::2], found[1::2], strict=True)


def write(path: Path, records: Iterable[tuple[bytes, bytes]]) -> None:
    with path.open("wb") as file:
        for record in records:
            for part in record:
                file.write(struct.pack("<I", len(part)) + part)


def main() -> None:
    match sys.argv[1:]:
        case ["write", seed, count, path]:
            write(Path(path), written(int(seed), int(count)))
        case ["refused", path]:
            write(Path(path), refused())
        case ["check" | "same" as how, path]:
            checked = 0
            for checked, (content, expected) in enumerate(pairs(Path(path).read_bytes()), 1):  # noqa: B007
                if reason := wrong(content, expected) or (different(content) if how == "same" else None):
                    print(f"{content.hex():.600}: {reason}")
            print(f"{checked} checked")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
