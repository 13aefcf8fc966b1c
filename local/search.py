"""Runs the searches of a file through `pulsectl search` and checks that each finds what it should: `python -m local.search FILE`.

The file holds `[{"query": ..., "expected": [url, ...]}, ...]`; one of the expected URLs must be among the first five hits.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser("local.search", description="Runs searches and checks what they find")
    parser.add_argument("queries", type=Path)
    options = parser.parse_args()
    missed = 0
    for entry in json.loads(options.queries.read_text()):
        answer = subprocess.run(
            ["pulsectl", "search", "--limit", "5", entry["query"]],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        hit = next((url for url in entry["expected"] if url in answer.stdout.split()), None)
        print(f"{'found ' if hit else 'MISSED'} {entry['query']!r}")
        # The best hit, as a reader sees it.
        for line in (answer.stdout or answer.stderr).split("\n\n")[0].splitlines()[:4]:
            print(f"  {line[:110]}")
        missed += hit is None
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
