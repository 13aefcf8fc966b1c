"""What was measured, as a person and as a program reads it."""

import json
import textwrap
from pathlib import Path
from typing import Any


def percentile(values: list[float], fraction: float) -> float:
    """The value that `fraction` of all are not above (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def spread(values: list[float], digits: int = 1) -> str:
    p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
    return f"p50 {p50:.{digits}f}  p99 {p99:.{digits}f}  max {max(values):.{digits}f} ms"


def spread_values(values: list[float]) -> dict[str, float]:
    """Milliseconds, for the JSON lines."""
    names = {"p50_ms": percentile(values, 0.5), "p99_ms": percentile(values, 0.99), "max_ms": max(values)}
    return {name: round(value, 3) for name, value in names.items()}


class Report:
    """Prints each figure as soon as it is known; the same goes to a file of JSON lines when one was named."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("w", encoding="utf-8") if path else None

    def figure(self, name: str, label: str, text: str, note: str, **values: Any) -> None:
        print(f"  {label:<30}{text}")
        print(textwrap.fill(note, 110, initial_indent=" " * 32, subsequent_indent=" " * 32), flush=True)
        self._write({"name": name, **values})

    def remark(self, text: str) -> None:
        """What could not be measured, and why."""
        print(f"  {text}", flush=True)
        self._write({"name": "remark", "text": text})

    def machine(self, text: str, **values: Any) -> None:
        print(text, flush=True)
        self._write({"name": "machine", **values})

    def _write(self, line: dict[str, Any]) -> None:
        if self._file:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
