"""What a check is given."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stack import Stack


@dataclass
class Context:
    programs: Path
    # Exists and is empty.
    folder: Path
    # Where pictures go; None: nowhere.
    screenshots: Path | None
    # The interpreter that imports requirements.txt.
    python: Path
    # Redis, TEI and Qdrant with the real engines; all checks share them, the first that asks starts them.
    stack: Callable[[], Stack]
