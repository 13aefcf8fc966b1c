"""Where a worker's time goes in the pipeline with stand-ins that answer at once: by function, and by the stage of a
document's way that called it."""

import re
import shutil
import signal
import subprocess
from collections import Counter
from pathlib import Path

import queued
from figures import Report
from stack import ROOT
from stand_ins import standing_in
from worker_run import Run, measured, pulse_worker

# As scripts/build, but with the symbols kept.
BUILD = ["swift", "build", "--quiet", "-c", "release", "--static-swift-stdlib", "-Xswiftc", "-use-ld=lld"]
BUILD += ["-Xlinker", "--gc-sections"]
PER_SECOND = 1999
LARGEST = 10
# The innermost frame that one of these knows decides, and of these the first.
STAGES = {
    "scan": r"EmbeddingSlices",
    "chunk": r"Chunk|Markdown|Block|Packer|Sentence|TokenMap|EstimatedTokens|ExactTokens|TokenizeAnswer|Boundar"
    r"|SourceText|HeadingTrail|InlineMask|PipeTable|CutSearch|Grapheme|CharacterClass|ByteScan|cmark",
    "decode": r"Pickle|Zlib|Inflat|inflate|libz\.|JobCodec|IndexDocument",
    "hash": r"MessageDigest|libcrypto|ContentHash|PointID",
    "upsert": r"PointBatch|Payload|DocumentWriter|CommitPlan|VectorStore|StateReads|StateAnswer"
    r"|SharedRequests|JointWrite|PointWrites",
    "json": r"JSONText|JSONDecoder|JSONNumber|JSON",
    "http": r"Curl|curl|HTTP|ServiceCaller",
    "batching": r"TextEmbeddings|EmbedDispatcher|EmbedQueue|EmbedBook|EndpointPace|Batcher",
    "redis": r"hiredis|Redis|JobQueue|pulse_worker",
}
FRAME = re.compile(r"\s+[0-9a-f]+ (.*) \((.*)\)$")


def with_symbols(folder: Path) -> Path:
    """The folder of a worker whose functions have names; the built one is as before in the end."""
    subprocess.run([*BUILD, "--product", "pulse-worker"], cwd=ROOT, check=True)
    shown = subprocess.run([*BUILD, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    shutil.copy2(Path(shown.stdout.strip()) / "pulse-worker", folder / "pulse-worker")
    subprocess.run([ROOT / "scripts/build"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return folder


def recorded(programs: Path, folder: Path, count: int) -> tuple[Run, list[list[str]]]:
    data = folder / "perf.data"
    with standing_in(folder / "servers") as stand_ins:
        queued.fill(stand_ins, count)
        with pulse_worker(programs, folder, stand_ins) as process:
            command = ["perf", "record", "--quiet", "-F", str(PER_SECOND), "-e", "cpu-clock", "--call-graph", "fp"]
            # Of the whole machine: told to follow one process it misses the threads that begin later.
            with subprocess.Popen([*command, "-a", "-o", data], stderr=subprocess.DEVNULL) as perf:
                run = measured(stand_ins, process, count)
                perf.send_signal(signal.SIGINT)
    return run, stacks(data, process.pid)


def stacks(data: Path, pid: int) -> list[list[str]]:
    """Of each of the process's samples the frames as `function (object)`, the innermost first."""
    command = ["perf", "script", "-i", data, "--pid", str(pid), "-F", "ip,sym,dso"]
    mangled = subprocess.run(command, capture_output=True, check=True).stdout
    text = subprocess.run(["swift", "demangle", "--compact"], input=mangled, capture_output=True, check=True).stdout
    found: list[list[str]] = [[]]
    for line in text.decode(errors="replace").splitlines():
        if frame := FRAME.match(line):
            found[-1].append(f"{frame[1]} ({Path(frame[2]).name})")
        elif found[-1]:
            found.append([])
    return [stack for stack in found if stack]


def stage(stack: list[str]) -> str:
    for frame in stack:
        for name, pattern in STAGES.items():
            if re.search(pattern, frame):
                return name
    return "kernel" if "kernel" in stack[0] else "runtime"


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    if not shutil.which("perf"):
        out.remark("perf is missing (Debian: linux-perf): where the worker's time goes is not known")
        return
    folder.mkdir()
    run, samples = recorded(with_symbols(folder), folder, 2000 if quick else 10_000)
    if not samples:
        out.remark("perf took no sample: where the worker's time goes is not known")
        return
    by_stage = Counter(stage(stack) for stack in samples)
    by_function = Counter(stack[0] for stack in samples)
    us = {name: run.cpu_us_per_chunk * count / len(samples) for name, count in by_stage.most_common()}
    out.figure(
        "profile",
        "a chunk's CPU time by stage",
        f"{run.cpu_us_per_chunk:.1f} us",
        ", ".join(f"{name} {value:.1f}" for name, value in us.items())
        + f"; {len(samples)} samples of one worker over {run.chunks} chunks",
        us_per_chunk={name: round(value, 2) for name, value in us.items()},
        samples=len(samples),
    )
    for function, count in by_function.most_common(LARGEST):
        share = 100 * count / len(samples)
        out.remark(f"{share:5.1f} %  {function[:110]}")
