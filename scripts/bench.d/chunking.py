"""What it costs to cut documents into chunks: ordinary ones and ones made to hurt, in one thread and without a tokenizer."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from figures import Report
from stack import CORPUS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Sources/Indexing"
STAGES = ["normalise", "parse", "count", "pack", "texts"]
# A worker has to stay below both, whatever the document.
MOST_SECONDS, MOST_MIB = 1, 64
HOSTILE = {
    "5,000 columns": "|a" * 5000 + "|\n" + "|-" * 5000 + "|\n" + "|b" * 5000 + "|\n",
    "200,000 quotes": ">" * 200_000 + " a\n",
    "5 MB of emphasis": "*a*" * (5_000_000 // 3),
}
LARGE_BYTES = 20 << 20


@dataclass
class Cut:
    # CPU time of each stage.
    seconds: list[float]
    chunks: int
    # The program's largest resident set, and what it was with only the documents in memory.
    peak_mib: float
    before_mib: float

    @property
    def total(self) -> float:
        return sum(self.seconds)


def compiled(folder: Path) -> Path:
    program = folder / "chunk-clock"
    sources = [*(SOURCES / "Policy/Chunking").glob("*.swift"), *(SOURCES / "Markdown").glob("*.swift")]
    sources.append(Path(__file__).with_name("chunk-clock.swift"))
    flags = ["-O", "-wmo", "-parse-as-library", "-swift-version", "6", "-static-stdlib", "-module-name", "ChunkClock"]
    command = ["swiftc", *flags, "-I", ROOT / "Sources/CCMark", *sources, "-o", program]
    subprocess.run(command, check=True)
    return program


def cut(program: Path, documents: list[bytes], rounds: int) -> Cut:
    """The round that took least: what disturbs it only adds."""
    given = b"".join(b"%d\n%s" % (len(document), document) for document in documents)
    printed = subprocess.run(
        [program, str(rounds)], input=given, check=True, stdout=subprocess.PIPE, timeout=300
    ).stdout
    *lines, memory = [[int(word) for word in line.split()] for line in printed.decode().splitlines()]
    *stages, chunks = min(lines, key=lambda line: sum(line[:-1]))
    before, peak = memory
    return Cut([stage / 1e9 for stage in stages], chunks, peak / 1024, before / 1024)


def ordinary(program: Path, texts: list[bytes], rounds: int, out: Report) -> None:
    best = cut(program, texts, rounds)
    size = sum(map(len, texts))
    each = {name: 1e6 * seconds / best.chunks for name, seconds in zip(STAGES, best.seconds, strict=True)}
    out.figure(
        "chunk",
        "cutting documents",
        f"{size / best.total / 1e6:.0f} MB/s, {1e6 * best.total / best.chunks:.1f} us a chunk",
        f"{len(texts)} Markdown documents, {size / 1e6:.1f} MB, {best.chunks} chunks of at most 256 tokens by estimate; CPU "
        f"time, best of {rounds} rounds; of it " + ", ".join(f"{name} {us:.2f}" for name, us in each.items()) + " us",
        bytes=size,
        chunks=best.chunks,
        mb_per_s=round(size / best.total / 1e6, 1),
        us_per_chunk={name: round(us, 3) for name, us in each.items()},
    )


def large(program: Path, texts: list[bytes], out: Report) -> None:
    text = b"\n\n".join(texts)
    document = (text * (LARGE_BYTES // len(text) + 1))[:LARGE_BYTES].decode(errors="ignore").encode()
    found = cut(program, [document], 1)
    out.figure(
        "chunk-large",
        "cutting 20 MB",
        f"{found.total:.2f} s, {(found.peak_mib - found.before_mib) * (1 << 20) / len(document):.1f} times its size",
        f"{found.chunks} chunks; resident {found.before_mib:.0f} MiB with the document, {found.peak_mib:.0f} MiB at most",
        seconds=round(found.total, 3),
        chunks=found.chunks,
        peak_mib=round(found.peak_mib, 1),
        before_mib=round(found.before_mib, 1),
    )


def hostile(program: Path, out: Report) -> None:
    for name, text in HOSTILE.items():
        found = cut(program, [text.encode()], 1)
        out.figure(
            "chunk-hostile",
            f"cutting {name}",
            f"{found.total:.3f} s, {found.peak_mib:.0f} MiB",
            f"{len(text)} bytes, {found.chunks} chunks; the whole program's largest resident set; at most {MOST_SECONDS} s "
            f"and {MOST_MIB} MiB wanted",
            document=name,
            seconds=round(found.total, 4),
            peak_mib=round(found.peak_mib, 1),
        )
        if found.total > MOST_SECONDS or found.peak_mib > MOST_MIB:
            raise RuntimeError(f"{name} took {found.total:.2f} s and {found.peak_mib:.0f} MiB")


def report(folder: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    program = compiled(folder)
    texts = [json.loads(line)["markdown"].encode() for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    ordinary(program, texts, 5 if quick else 40, out)
    large(program, texts, out)
    hostile(program, out)
