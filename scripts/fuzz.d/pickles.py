"""Pickles to begin with: what Python really writes, and every trick that is known."""

import collections
import datetime
import decimal
import enum
import pickle
import uuid
from collections.abc import Iterator
from typing import Any

DOCUMENT: dict[str, Any] = {
    "url": "https://example.com/a",
    "resolvedUrl": "https://example.com/a",
    "title": "Title \N{SNOWMAN}",
    "description": None,
    "markdown": "# Heading\n\nText " * 8,
    "html": "<h1>Heading</h1>" * 8,
    "statusCode": 200,
    "isMobile": False,
    "score": 0.5,
    "crawl_id": "c1",
}


class Colour(enum.Enum):
    RED = 1


def call(*arguments: Any, **named: Any) -> tuple[Any, ...]:
    return ("worker.index_document_job", None, arguments, named)


def values() -> Iterator[tuple[str, Any]]:
    """What pickles come of: jobs, then each row of Python's types, then what is refused."""
    yield "job", call(DOCUMENT)
    yield "job-named", call(document=DOCUMENT)
    yield "batch", ("worker.index_document_batch_job", None, ([DOCUMENT, DOCUMENT],), {})
    yield "unknown-function", ("app.jobs.rescrape.rescrape_changed_url", None, (7,), {})
    yield "function-with-line-break", ("a\nlevel=error \x1b[31m b", None, (), {})
    yield "instance", ("run", "an object", (), {})
    for number in (0, 255, 256, 65535, 65536, -1, 2**31 - 1, -(2**31), 2**31, 2**63 - 1, -(2**63), 2**63, 2**2100):
        yield f"int-{number.bit_length()}-{number < 0}", number
    for text in ("0.5", "nan", "inf", "-inf", "5e-324"):
        yield f"float-{text}", float(text)
    yield "texts", ["", "a\0b", "\N{SNOWMAN}", "\ud800", "\udbff\udfff", "x" * 255, "x" * 256, "x" * 70_000]
    yield "bytes", [b"", b"\0\xff", b"x" * 256, b"x" * 70_000]
    yield "containers", [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], {}, {"k": 1}, {"k": {"html": 1}}]
    yield "batches", [list(range(1001)), {str(n): n for n in range(1001)}]
    shared = ["shared"]
    yield "shared", [shared, shared, {"a": shared, "b": shared}]
    yield "shared-beyond-255", [[str(n)] for n in range(300)] * 2
    cycle: list[Any] = []
    cycle.append(cycle)
    yield "cycle", cycle
    laughs: list[Any] = [1, 1]
    for _ in range(30):
        laughs = [laughs, laughs]
    yield "billion-laughs", laughs
    yield "deep", eval("[" * 90 + "]" * 90)
    yield "keys-that-are-no-text", {1: 2, None: 3, b"k": 4}
    yield "keys-that-look-the-same", {"\u00e9": 1, "e\u0301": 2}
    yield "set", {1, 2}
    yield "frozenset", frozenset([1, 2])
    yield "bytearray", bytearray(b"x")
    yield "datetime", datetime.datetime(2026, 1, 2, 3, 4, 5)
    yield "date", datetime.date(2026, 1, 2)
    yield "timedelta", datetime.timedelta(days=1)
    yield "uuid", uuid.UUID(int=1)
    yield "decimal", decimal.Decimal("1.5")
    yield "enum", Colour.RED
    yield "ordered-dict", collections.OrderedDict(a=1)
    yield "complex", 1j
    yield "nested-pickle", pickle.dumps(call(DOCUMENT))


RAW: dict[str, bytes] = {
    "trailing": b"\x80\x04N.N",
    "no-proto": b"N.",
    "two-protos": b"\x80\x04\x80\x04N.",
    "protocol-6": b"\x80\x06N.",
    "frame-too-long": b"\x80\x04\x95" + (77).to_bytes(8, "little") + b"N.",
    "frame-2-to-63": b"\x80\x04\x95" + (2**63).to_bytes(8, "little") + b"N.",
    "unicode8-huge": b"\x80\x04\x8d" + b"\xff" * 8 + b".",
    "unicode8-negative": b"\x80\x04\x8d" + (2**63).to_bytes(8, "little") + b".",
    "bytes8-huge": b"\x80\x04\x8e" + b"\xff" * 8 + b".",
    "long4-huge": b"\x80\x04\x8b\xff\xff\xff\x7f.",
    "long4-negative": b"\x80\x04\x8b\xff\xff\xff\xff.",
    "long1-empty": b"\x80\x04\x8a\x00.",
    "long1-255": b"\x80\x04\x8a\xff" + b"\x01" * 255 + b".",
    "put-sparse": b"\x80\x02Nr\xff\xff\xff\xff.",
    "get-unset": b"\x80\x02h\x07.",
    "mark-underflow": b"\x80\x04e.",
    "tuple-without-mark": b"\x80\x04Nt.",
    "stop-in-mark": b"\x80\x04(N.",
    "two-values": b"\x80\x04NN.",
    "no-value": b"\x80\x04.",
    "odd-setitems": b"\x80\x04}(\x8c\x01au.",
    "append-to-none": b"\x80\x04N(NNe.",
    "setitem-on-alias": b"\x80\x04]\x94}\x94ah\x01\x8c\x01aK\x01s0h\x00.",
    "deep-lists": b"\x80\x04" + b"]" * 2000 + b"a" * 1999 + b".",
    "deep-tuples": b"\x80\x04N" + b"\x85" * 2000 + b".",
    "deep-stack": b"\x80\x04(" + b"N" * 200 + b"]" + b"Na" * 200 + b"t.",
    "duplicate-keys": b"\x80\x04}(\x8c\x01aK\x01\x8c\x01aK\x02u.",
    "not-utf-8": b"\x80\x04\x8c\x02\xc3(.",
    "half-surrogate": b"\x80\x04\x8c\x02\xed\xa0.",
    "os-system": b"\x80\x02cos\nsystem\nX\x04\0\0\0true\x85R.",
    "os-system-protocol-0": b"cos\nsystem\n(S'true'\ntR.",
    "stack-global-from-memo": b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94h\x00h\x01\x93\x8c\x04true\x85R.",
    "inst": b"\x80\x02(S'true'\nios\nsystem\n.",
    "ext1": b"\x80\x02\x82\x01.",
    "persid": b"\x80\x02Pabc\n.",
    "binpersid": b"\x80\x02NQ.",
    "next-buffer": b"\x80\x05\x97\x98.",
    "dup-pop": b"\x80\x04N20.",
    "json": b'["f", null, [], {}]',
}


def pickles() -> Iterator[tuple[str, bytes]]:
    for name, value in values():
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            try:
                yield f"{name}-{protocol}", pickle.dumps(value, protocol)
            except (TypeError, ValueError, pickle.PicklingError, UnicodeEncodeError):
                continue  # not every protocol can write every value
    yield from RAW.items()
    job = pickle.dumps(call(DOCUMENT))
    yield from ((f"job-cut-{length}", job[:length]) for length in range(0, len(job), 7))


# Opcodes with an argument that means something, for the fuzzer to put anywhere.
WORDS = [
    b"\x80\x02",
    b"\x80\x05",
    b"\x95\x04\0\0\0\0\0\0\0",
    b"\x8c\x04html",
    b"\x8c\x01k",
    b"X\x04\0\0\0html",
    b"\x8d\x01\0\0\0\0\0\0\0k",
    b"C\x01\xff",
    b"B\x01\0\0\0\xff",
    b"\x8e\x01\0\0\0\0\0\0\0\xff",
    b"K\xff",
    b"M\xff\xff",
    b"J\xff\xff\xff\xff",
    b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"\x8b\x01\0\0\0\x80",
    b"G\x7f\xf8\0\0\0\0\0\0",
    b"]\x94(",
    b"}\x94(",
    b"\x8c\x08document",
    b"\x8c\x19worker.index_document_job",
    b"\x8c\x1fworker.index_document_batch_job",
    b"\x8c\x03url",
    b"\x8c\x08markdown",
    b"\x8c\x0astatusCode",
    b"\x8c\x08isMobile",
    b"\x8c\x02\xc3\xa9",
    b"\x8c\x03e\xcc\x81",
    b"\xed\xa0\x80",
    b"q\x00",
    b"r\x01\0\0\0",
    b"h\x00",
    b"j\x00\0\0\0",
]
