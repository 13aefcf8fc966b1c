"""The environments in which the versions of python-rq live."""

from pathlib import Path

from stack import ROOT
from virtual_environment import interpreter

HERE = Path(__file__).parent
VERSIONS = tuple(sorted(path.stem.removeprefix("requirements-") for path in HERE.glob("requirements-*.txt")))


def python(version: str) -> Path:
    """The interpreter that imports this very python-rq."""
    return interpreter(HERE / f"requirements-{version}.txt", ROOT / ".cache/rq" / version, f"rq {version}")
