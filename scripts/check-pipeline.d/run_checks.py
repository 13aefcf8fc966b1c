"""Runs the checks one after the other; scripts/check-pipeline builds and then becomes this."""

import argparse
import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import contract
import idempotence
from closing import closed
from results import Results

# Each has NAME and check(context), which runs what it has to show on the context's results.
CHECKS: tuple[ModuleType, ...] = (contract, idempotence)


@dataclass
class Context:
    programs: Path
    # Of a debug build, whose workers die where they are told to.
    mortal: Path
    # Exists and is empty.
    folder: Path
    results: Results


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/check-pipeline", description="The pipeline's promises, kept")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--mortal", type=Path, required=True, help=argparse.SUPPRESS)
    names = [module.NAME for module in CHECKS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=", ".join(names))
    return parser.parse_args()


def run(asked: argparse.Namespace, folder: Path, results: Results) -> None:
    for module in CHECKS:
        if asked.only and module.NAME not in asked.only:
            continue
        own = folder / module.NAME
        own.mkdir()
        module.check(Context(asked.programs, asked.mortal, own, results))


if __name__ == "__main__":
    sys.exit(closed("scripts/check-pipeline", functools.partial(run, options())))
