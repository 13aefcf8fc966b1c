"""Lines run by the suite, for each room of Sources and for the files that are run least."""

import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

LEAST = 15


@dataclass
class Lines:
    count: int = 0
    covered: int = 0

    def add(self, count: int, covered: int) -> None:
        self.count += count
        self.covered += covered

    def __str__(self) -> str:
        return f"{100 * self.covered / max(1, self.count):5.1f} %  {self.covered:6d} of {self.count:6d} lines"


def rooms(files: list[tuple[Path, int, int]]) -> dict[str, Lines]:
    """Policy by itself: what decides is to be run to the last line, what acts as far as the machine can be made to."""
    found: dict[str, Lines] = defaultdict(Lines)
    for path, count, covered in files:
        target = path.parts[0]
        found[f"{target}/Policy" if path.parts[1] == "Policy" else target].add(count, covered)
        found["all of Sources"].add(count, covered)
    return found


def main() -> None:
    report, sources = json.load(sys.stdin), Path("Sources").resolve()
    files = []
    for file in report["data"][0]["files"]:
        path = Path(file["filename"])
        if path.is_relative_to(sources):
            lines = file["summary"]["lines"]
            files.append((path.relative_to(sources), lines["count"], lines["covered"]))
    for name, lines in sorted(rooms(files).items(), key=lambda one: (one[0] == "all of Sources", one[0])):
        print(f"{name:28s} {lines}")
    print(f"the {LEAST} files with most lines that no test runs:")
    for path, count, covered in sorted(files, key=lambda one: one[2] - one[1])[:LEAST]:
        print(f"  {count - covered:4d} of {count:4d}  {path}")


main()
