"""Times a newcomer's two ways: to the first search result, and to a unit that runs."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

import machine
from documented import ROOT, Block, blocks_for
from endings import leave_by_exception
from session import alone, booted
from waiting import Stopwatch

LOG = ROOT / ".cache/newcomer.log"
RUNNER = "scripts/newcomer"
PLACE = "<this repository>"
# As scripts/demo announces them.
STEP = re.compile(r"^ *(\d+) s  (.*)$")
SEARCHES = "Three searches"
INSTALLS, BUILDS = "What is needed", "Nothing runs yet"


def first_commands() -> Block:
    blocks = blocks_for(RUNNER)
    if len(blocks) != 1 or blocks[0].document != "README.md":
        raise RuntimeError(f"README.md has no first block that {RUNNER} is to run")
    return blocks[0]


def fresh_environment(folder: Path) -> dict[str, str]:
    """Without settings. What SwiftPM and pip have downloaded stays: a network's speed is not ours to time."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "PYTHON", "WEBHOOK_"))}
    # What is cloned may be another user's.
    git = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    return kept | git | {"TMPDIR": str(folder)}


def to_search(folder: Path) -> dict[str, float]:
    """The README's block as it stands; seconds to the first hit, and how they were spent. Leaves the clone built."""
    block = first_commands()
    command = block.text.replace(PLACE, str(ROOT))
    print(f"{block.place}:\n{block.text}", flush=True)
    watch, marks = Stopwatch(), {}
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    environment = fresh_environment(folder)
    with subprocess.Popen(["bash", "-e", "-c", command], cwd=folder, env=environment, **options) as process:
        assert process.stdout is not None
        read_steps(process.stdout, watch, marks)
    if process.returncode != 0 or "hit" not in marks:
        raise RuntimeError(f"the README's first commands left with {process.returncode}; what they said: {LOG}")
    return marks | {"total": watch.seconds}


def read_steps(lines: IO[str], watch: Stopwatch, marks: dict[str, float]) -> None:
    """Notes when the demo was begun, when its programs were built, and when the first search was answered."""
    searching = False
    with LOG.open("w") as log:
        for line in lines:
            log.write(line)
            if step := STEP.match(line):
                print(f"    {watch.seconds:4.0f} s  {step[2]}", flush=True)
                if step[2].startswith(INSTALLS):
                    marks["cloned"] = watch.seconds
                elif step[2].startswith(BUILDS):
                    marks["built"] = watch.seconds
                searching = step[2].startswith(SEARCHES)
            elif line.startswith("scripts/demo: "):
                print(f"    {line.rstrip()}", flush=True)
            elif searching and line.strip() and "hit" not in marks:
                marks["hit"] = watch.seconds


def to_unit(folder: Path, before: dict[str, float] | None) -> dict[str, float]:
    """Built by scripts/build, installed by scripts/install into a Debian that is then booted, and started.

    `before`: the same clone has been built on the other way, and took so long.
    """
    watch, clone = Stopwatch(), folder / "pulse"
    if before is None:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, env=fresh_environment(folder))
    cloned = watch.seconds
    built = subprocess.run(
        [clone / "scripts/build"],
        cwd=clone,
        env=fresh_environment(folder),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    programs, seconds = Path(built.stdout.strip().splitlines()[-1]), watch.seconds
    if before is not None:
        cloned, seconds = before["cloned"], before["built"]
    with alone():
        begun = time.monotonic()
        with booted(programs) as session:
            session.stack.start()
            # The Debian and the services are the operator's own, and stand before Pulse comes.
            prepared = time.monotonic() - begun
            session.unit.fresh(PULSE_WORKERS="2")
            started = time.monotonic()
            session.unit.systemctl("enable", "--now", "pulse")
            session.unit.await_ready(2, 60)
            ready = time.monotonic() - started
    return {"cloned": cloned, "built": seconds, "prepared": prepared, "ready": ready, "total": seconds + ready}


def shown(name: str, told: dict[str, float]) -> str:
    build = told["built"] - told["cloned"]
    if name == "search":
        rest = told["hit"] - told["built"]
        return (
            f"fresh clone to the first search result: {told['hit']:.0f} s - {told['cloned']:.0f} s the clone, "
            f"{build:.0f} s what is needed and the build, {rest:.0f} s the demo up to there; "
            f"the whole demo {told['total']:.0f} s"
        )
    return (
        f"fresh clone to an installed unit that runs: {told['total']:.0f} s - {told['cloned']:.0f} s the clone, "
        f"{build:.0f} s the build, {told['ready']:.1f} s systemctl enable --now pulse until 2/2 workers are ready; "
        f"beside it {told['prepared']:.0f} s for scripts/install into a copy of Debian, its boot and its services"
    )


def main() -> int:
    parser = argparse.ArgumentParser("scripts/newcomer", description="A newcomer's two ways, timed")
    parser.add_argument("--only", choices=("search", "unit"))
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    leave_by_exception()
    text, values = machine.describe()
    print(text, flush=True)
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="pulse-newcomer.") as name:
        folder = Path(name)
        if asked.only != "unit":
            results["search"] = to_search(folder)
            print(shown("search", results["search"]), flush=True)
        if asked.only != "search":
            results["unit"] = to_unit(folder, results.get("search"))
            print(shown("unit", results["unit"]), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps({"machine": values, "seconds": results}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
