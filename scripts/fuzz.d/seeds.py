"""Writes what each fuzzer begins with: FOLDER/NAME/seeds/*, and FOLDER/NAME/words, libFuzzer's dictionary."""

import json
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

import pickles

URLS = [
    "redis://localhost",
    "redis://user:p%40ss@host:1/2",
    "redis://:secret@host/0",
    "redis://[::1]:7000?db=3",
    "redis://[fe80::1%25eth0]:1/1",
    "rediss://host",
    "unix:///run/redis.sock?db=1",
    "unix://user:pass@/run/a%20b%3f%23%25.sock",
    "redis+sentinel://user:pass@one:26379,two/master/1",
    "http://host",
    "host:6379",
    "redis://a:b:1",
    "redis://]a:b:1",
    "redis://u:p@ss@h",
    "redis://u:%zz@h",
    "redis://h/99999999999999999999",
    "redis://h:65536",
    "redis://h:+1/+1",
    "unix:///a%00b",
    "unix:///a\nb",
    "redis://h?db=1&db=2&x",
]
URL_WORDS = [
    b"redis://",
    b"rediss://",
    b"unix:///",
    b"+sentinel://",
    b"?db=",
    b"&",
    b"%00",
    b"%ff",
    b"%3f",
    b"@",
    b"[::1]",
]


def streams() -> Iterable[tuple[str, bytes]]:
    for name, payload in list(pickles.pickles())[::40]:
        yield name, zlib.compress(payload)
    for level in range(10):
        yield f"level-{level}", zlib.compress(b"# Heading\n\nText " * 40, level)
    for bits in range(9, 16):
        packer = zlib.compressobj(6, zlib.DEFLATED, bits)
        yield f"window-{bits}", packer.compress(b"Text " * 400) + packer.flush()
    for strategy in (zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED):
        packer = zlib.compressobj(6, zlib.DEFLATED, 15, 8, strategy)
        yield f"strategy-{strategy}", packer.compress(b"Text " * 400) + packer.flush()
    packer = zlib.compressobj(zdict=b"Text ")
    yield "preset-dictionary", packer.compress(b"Text " * 400) + packer.flush()
    packer = zlib.compressobj()
    yield "flushed", packer.compress(b"Text ") + packer.flush(zlib.Z_FULL_FLUSH) + packer.flush()
    yield "bomb", zlib.compress(bytes(4 << 20), 9)
    whole = zlib.compress(b"Text " * 400)
    yield "trailing", whole + b"x"
    yield "twice", whole + whole
    yield "cut", whole[:-3]
    yield "checksum", whole[:-1] + b"\0"
    yield "header-only", whole[:2]
    yield "not-deflated", b"\x80\x04N."
    yield "empty", b""


def write(folder: Path, seeds: Iterable[tuple[str, bytes]], words: Iterable[bytes]) -> None:
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    for name, content in seeds:
        (folder / "seeds" / name).write_bytes(content)
    lines = ('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in words)
    (folder / "words").write_text("".join(lines), encoding="ascii")


def calls() -> Iterable[tuple[str, bytes]]:
    document = {"url": "https://a/\u00e9", "title": None, "isMobile": True, "statusCode": 200, "n": -1.5e300}
    for number, function in enumerate(["worker.index_document_job", "worker.index_document_batch_job", "f"]):
        for arguments in ([document], [[document, {}]], [], [[[[]]], "\x00\ud83d\ude00"]):
            yield f"call-{number}-{len(json.dumps(arguments))}", json.dumps([function, None, arguments, {}]).encode()
    yield "deep", b"[" * 200
    yield "keywords", b'["worker.index_document_job", null, [], {"document": {"url": "u"}}]'


def answers() -> Iterable[tuple[str, bytes]]:
    """An embedding server's, long enough to be read in blocks, and each once more with one number that is not."""
    row = [f"{(-1) ** place * 0.8 / (place + 1) ** 2:.{4 + place % 6}f}" for place in range(24)]
    odd = ["1.5e-5", "-1e-45", "1e-100", "12.5", "01", "1.2.3", "1.", ".5", "-", "+1", "1e5", "1e999", "3.4028236e38"]
    odd += ["340282356779733661637539395458142568448", "NaN", "null", "", " 1", "1 ", "1e-5e-5", "1e-5.5", "[1]"]
    for number, text in enumerate(odd):
        changed = [*row[:12], text, *row[12:]]
        yield f"answer-{number}", f"[[{','.join(row)},0],[{','.join(changed)}]]".encode()
    yield "spaced", json.dumps([[1.5, 2], [3, 4e-7]], indent=1).encode()
    yield "empty", b"[[],[]]"
    yield "cut", f"[[{','.join(row)}],[{','.join(row)}".encode()
    yield "trailing", f"[[{','.join(row)}]]x".encode()
    yield "mark", b"\xef\xbb\xbf[[1,2]]"


BODY_WORDS = [
    b'"url"',
    b'"content"',
    b'"data"',
    b'"metadata"',
    b'"type"',
    b'"crawl."',
    b"null",
    b"1e9",
    b"\\u0000",
    b"\\ud83d",
]


def bodies() -> Iterable[tuple[str, bytes]]:
    """What clients of pulse-api send."""
    document = {"url": "https://a/\u00e9", "content": "x", "statusCode": "200", "is_mobile": 1, "title": None}
    page = {"markdown": "x", "metadata": {"url": "https://a", "statusCode": 200, "sourceURL": "b"}}
    for number, body in enumerate(
        [
            document,
            [document, {}],
            {"documents": [document]},
            {"success": True, "type": "crawl.page", "id": "c", "data": [page, {}]},
            {"success": False, "error": "no"},
            {"type": "batch_scrape.completed", "jobId": "j"},
            {"query": "q", "mode": "bm25", "limit": 1.0, "offset": 5, "filters": {"domain": "d", "isMobile": True}},
            [0, -0.0, 1e300, 18446744073709551616, "\\\x00\x7f\U0001f600"],
        ]
    ):
        yield f"body-{number}", json.dumps(body).encode()
        yield f"body-{number}-raw", json.dumps(body, ensure_ascii=False, indent=1).encode()
    yield "deep", b"[" * 80
    yield "surrogates", rb'["\ud83d\ude00", "\ud83d", "\ude00", "\ud83dx"]'
    yield "mark", b"\xef\xbb\xbf{}"


def main() -> None:
    folder = Path(sys.argv[1])
    write(folder / "pickle", pickles.pickles(), pickles.WORDS)
    urls = ((f"url-{number}", url.encode()) for number, url in enumerate(URLS))
    write(folder / "redis-url", urls, URL_WORDS)
    write(folder / "json", calls(), [b"null", b"true", b"1e999", b"\\u0000", b"\\ud800", b'"url"', b'"documents"'])
    write(folder / "splice", answers(), [b"],[", b"e-", b"0.", b"-0.", b",-", b"3.4028235e38", b"1e-45"])
    write(folder / "api", bodies(), BODY_WORDS)
    write(folder / "zlib", streams(), [b"\x78\x9c", b"\x78\x01", b"\x78\xda", b"\x08\x1d"])


if __name__ == "__main__":
    main()
