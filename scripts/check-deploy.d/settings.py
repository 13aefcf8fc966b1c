"""The settings that the supervisor itself lists, and the budget they set by default."""

import functools
import re
import subprocess
from pathlib import Path

from results import must

DEPLOY = Path(__file__).parents[2] / "deploy"
# Beyond PULSE_STOP_TIMEOUT, for what is killed to be gone.
GRACE_S = 10


@functools.cache
def listed(programs: Path) -> str:
    command = [programs / "pulse-supervisor", "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def must_be_known(programs: Path, names: set[str], where: str) -> None:
    known = set(re.findall(r"PULSE_[A-Z_]+", listed(programs)))
    unknown = {name for name in names if name.startswith("PULSE_")} - known
    must(not unknown, f"{where} sets what no program knows: {', '.join(sorted(unknown))}")


def stop_seconds(programs: Path) -> int:
    found = re.search(r"PULSE_STOP_TIMEOUT \[(\d+)s\]", listed(programs))
    must(found, "--help names no default of PULSE_STOP_TIMEOUT in seconds")
    return int(found[1]) + GRACE_S
