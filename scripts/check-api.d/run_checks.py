"""Runs the checks one after the other; scripts/check-api builds and then becomes this."""

import argparse
import contextlib
import functools
import sys
from pathlib import Path
from types import ModuleType

import auth
import interop
import kill
import page
import redis_killed
import report
import schema
import slow
from closing import closed
from context import Context
from results import Results
from stack import ROOT, serving
from virtual_environment import interpreter

# Each has NAME and check(context), which answers with its figures or raises Failed.
CHECKS: tuple[ModuleType, ...] = (report, interop, auth, schema, slow, kill, redis_killed, page)
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/check-api", description="pulse-api as its producers meet it")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="where the page's pictures go")
    names = [module.NAME for module in CHECKS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=", ".join(names))
    return parser.parse_args()


def run(asked: argparse.Namespace, folder: Path, results: Results) -> None:
    python = interpreter(REQUIREMENTS, ROOT / ".cache/check-api", "the checks of the API")
    with contextlib.ExitStack() as exits:
        stack = functools.cache(lambda: exits.enter_context(serving(folder / "stack")))
        for module in CHECKS:
            if asked.only and module.NAME not in asked.only:
                continue
            own = folder / module.NAME
            own.mkdir()
            context = Context(asked.programs, own, asked.screenshots, python, stack)
            results.run(module.NAME, functools.partial(module.check, context))


if __name__ == "__main__":
    sys.exit(closed("scripts/check-api", functools.partial(run, options())))
