"""What a job costs a worker before it is indexed: its data inflated and its pickle read, in one thread."""

import json
import pickle
import subprocess
import zlib
from pathlib import Path

from figures import Report, percentile
from stack import CORPUS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Sources/JobQueue"
# A document as the producer writes it after a crawl: the same text twice, once as HTML that no worker reads.
PICKLE_BYTES = 15_000
JOBS = 200


def compiled(folder: Path) -> Path:
    program = folder / "decode-clock"
    sources = [*(SOURCES / "Policy/Pickle").glob("*.swift"), *(SOURCES / "Policy/Jobs").glob("*.swift")]
    sources += [SOURCES / "Compression/Zlib.swift", Path(__file__).with_name("decode-clock.swift")]
    flags = ["-O", "-wmo", "-parse-as-library", "-swift-version", "6", "-module-name", "DecodeClock"]
    command = ["swiftc", *flags, "-I", ROOT / "Sources/CZlib", *sources, "-o", program]
    subprocess.run(command, check=True)
    return program


def document(number: int, text: str) -> dict[str, object]:
    url = f"https://example.com/{number}"
    half = text[: PICKLE_BYTES // 2 - 300]
    return {
        "url": url,
        "resolvedUrl": url,
        "title": half[:60],
        "description": None,
        "markdown": half,
        "html": "<p>" + half.replace("\n\n", "</p><p>") + "</p>",
        "statusCode": 200,
        "gcsPath": None,
        "screenshotUrl": None,
        "language": "en",
        "country": "DE",
        "isMobile": False,
        "crawl_id": "d0a6c5a8-6a55-4c2b-9d3e-1f0e7c1c2a77",
    }


def jobs() -> list[bytes]:
    """Data fields as python-rq writes them."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    texts = [text for text in (json.loads(line)["markdown"] for line in lines) if len(text) * 2 > PICKLE_BYTES]
    calls = (
        ("worker.index_document_job", None, (document(number, texts[number % len(texts)]),), {})
        for number in range(JOBS)
    )
    return [zlib.compress(pickle.dumps(call, pickle.HIGHEST_PROTOCOL)) for call in calls]


def report(folder: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    rounds = 20 if quick else 100
    given = "".join(f"{job.hex()}\n" for job in jobs())
    command = [compiled(folder), str(rounds)]
    printed = subprocess.run(command, input=given, check=True, text=True, stdout=subprocess.PIPE, timeout=120).stdout
    lines = [[int(word) for word in line.split()] for line in printed.splitlines()]
    inflating, reading = ([line[place] / JOBS / 1000 for line in lines] for place in (0, 1))
    size = lines[0][2] / JOBS
    out.figure(
        "decode",
        "reading a job's data",
        f"inflate {percentile(inflating, 0.5):.1f} us, pickle {percentile(reading, 0.5):.1f} us",
        f"median of {rounds} rounds over {JOBS} documents of {size / 1000:.1f} KB, pickled and deflated by Python; one "
        f"thread; best round {min(inflating):.1f} and {min(reading):.1f} us",
        rounds=rounds,
        jobs=JOBS,
        pickle_bytes=round(size),
        inflate_us=round(percentile(inflating, 0.5), 2),
        inflate_best_us=round(min(inflating), 2),
        pickle_us=round(percentile(reading, 0.5), 2),
        pickle_best_us=round(min(reading), 2),
    )
