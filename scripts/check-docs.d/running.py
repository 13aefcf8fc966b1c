"""Runs one block as a person at a shell would, and compares what comes with what the document says."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from documented import Block
from held_block import hold
from world import World

SECONDS = 120
# What a shell answers for a command that Ctrl-C ended.
INTERRUPTED = 130


def run(block: Block, world: World) -> str:
    """Answers with a line on what was run."""
    if "empty collection" in block.marks:
        world.empty()
    if "without Pulse" in block.marks:
        world.end()
    else:
        world.begin()
    return hold(block, lambda command, is_last: typed(command, world, block.marks.get("until") if is_last else None))


def typed(command: str, world: World, until: str | None) -> tuple[int, str]:
    """What a shell leaves with, and both its outputs in one, as a terminal shows them."""
    with tempfile.NamedTemporaryFile("r", dir=world.folder, errors="replace") as out:
        # -e: every line of a block has to work, not only its last.
        process = subprocess.Popen(
            ["bash", "-e", "-o", "pipefail", "-c", command],
            cwd=world.checkout, env=world.environment_for(command), stdin=subprocess.DEVNULL,
            stdout=out.fileno(), stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            if until is None:
                return process.wait(SECONDS), Path(out.name).read_text(errors="replace")
            return interrupted(process, Path(out.name), until)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL, f"not done within {SECONDS} s: {Path(out.name).read_text(errors='replace')}"
        finally:
            leave_nothing(process)


def interrupted(process: subprocess.Popen[bytes], out: Path, words: str) -> tuple[int, str]:
    """Ctrl-C once the words have come; leaving by it is as good as leaving with 0."""
    end = time.monotonic() + SECONDS
    while words not in (said := out.read_text(errors="replace")):
        if process.poll() is not None:
            return process.returncode or 1, f"it ended without saying {words!r}: {said}"
        if time.monotonic() > end:
            return 1, f"it did not say {words!r} within {SECONDS} s: {said}"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    code = process.wait(90)
    return (0 if code in (0, INTERRUPTED, -signal.SIGINT) else code), out.read_text(errors="replace")


def leave_nothing(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
