"""Runs the checks one after the other; scripts/check-deploy finds a Python for it."""

import argparse
import functools
import sys
from pathlib import Path

import alerts
import compose
import kubernetes
from results import Results

# Each has check(settings, programs), which answers with its figures or raises Failed.
CHECKS = {"kubernetes": kubernetes.check, "compose": compose.check, "alerts": alerts.check}


def main() -> int:
    parser = argparse.ArgumentParser("scripts/check-deploy", description="What deploy/ says, held against the programs")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    results = Results()
    for name, check in CHECKS.items():
        results.run(name, functools.partial(check, asked.programs))
    return results.close()


if __name__ == "__main__":
    sys.exit(main())
