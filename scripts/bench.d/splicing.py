"""What an embedding costs between the answer that brings it and the upsert that takes it on, in one thread."""

import subprocess
from pathlib import Path

from figures import Report, percentile

ROOT = Path(__file__).resolve().parents[2]
POLICY = ROOT / "Sources/Indexing/Policy"
NAMES = ("EmbeddingSlices", "NumberBlocks", "JSONNumber", "JSONText", "JSONEscapes", "Hex")
VECTORS = 32
DIMENSION = 1024


def compiled(folder: Path) -> Path:
    program = folder / "splice-clock"
    sources = [POLICY / f"{name}.swift" for name in NAMES]
    sources += [ROOT / "Tests/SeededRandom/SeededRandom.swift", Path(__file__).with_name("splice-clock.swift")]
    flags = ["-O", "-wmo", "-parse-as-library", "-swift-version", "6", "-module-name", "SpliceClock"]
    subprocess.run(["swiftc", *flags, *sources, "-o", program], check=True)
    return program


def report(folder: Path, quick: bool, out: Report) -> None:
    folder.mkdir()
    rounds = 20 if quick else 200
    command = [compiled(folder), str(rounds), str(VECTORS), str(DIMENSION)]
    printed = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, timeout=120).stdout
    lines = [[int(word) / VECTORS / 1000 for word in line.split()] for line in printed.splitlines()]
    spliced, formatted, coded = (percentile([line[place] for line in lines], 0.5) for place in range(3))
    out.figure(
        "splice",
        "an embedding into an upsert",
        f"{spliced:.1f} us; parsed and formatted {formatted:.1f} us ({formatted / spliced:.0f}x)",
        f"median of {rounds} rounds over {VECTORS} vectors of {DIMENSION} dimensions as TEI writes them; beside it strtof "
        f"and the shortest text, and JSONDecoder and JSONEncoder with {coded:.0f} us ({coded / spliced:.0f}x)",
        rounds=rounds,
        dimension=DIMENSION,
        splice_us=round(spliced, 3),
        parse_format_us=round(formatted, 2),
        ratio=round(formatted / spliced, 1),
        json_coder_us=round(coded, 2),
        json_coder_ratio=round(coded / spliced, 1),
    )
