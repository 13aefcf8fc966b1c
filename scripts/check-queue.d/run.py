"""Runs the checks one after the other; scripts/check-queue builds and then becomes this."""

import argparse
import contextlib
import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import cut_file
import enqueue
import environments
import frozen
import interop
import migration
import pid_namespaces
import poison
import redis_away
import routed
import rq_commands
import soak
import stop_order
import two_hosts
from closing import closed
from context import Context, Servers
from results import Results
from stack import serving

# Each has NAME and check(context), which answers with its figures or raises Failed; also, when it is not for all,
# the VERSIONS of python-rq that it is for, and VARIANTS, for each of which it is run.
CHECKS: tuple[ModuleType, ...] = (
    interop,
    migration,
    routed,
    rq_commands,
    enqueue,
    cut_file,
    poison,
    stop_order,
    redis_away,
    frozen,
    pid_namespaces,
    two_hosts,
    soak,
)


def versions(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := [version for version in chosen if version not in environments.VERSIONS]:
        raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown)} (known: {', '.join(environments.VERSIONS)})")
    return chosen


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/check-queue", description="Pulse beside real python-rq")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    names = [module.NAME for module in CHECKS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=", ".join(names))
    known = list(environments.VERSIONS)
    parser.add_argument("--versions", type=versions, default=known, metavar="LIST", help=",".join(known))
    return parser.parse_args()


def planned(asked: argparse.Namespace) -> Iterator[tuple[ModuleType, str, str]]:
    for module in CHECKS:
        if asked.only and module.NAME not in asked.only:
            continue
        for version in asked.versions:
            if version in getattr(module, "VERSIONS", environments.VERSIONS):
                for variant in getattr(module, "VARIANTS", ("",)):
                    yield module, version, variant


def run(asked: argparse.Namespace, folder: Path, results: Results) -> None:
    pythons = {version: environments.python(version) for version in asked.versions}
    with contextlib.ExitStack() as exits:
        servers = Servers(lambda: exits.enter_context(serving(folder / "stack")), exits)
        for module, version, variant in planned(asked):
            name = "/".join(part for part in (module.NAME, version, variant) if part)
            own = folder / name.replace("/", "-")
            own.mkdir()
            context = Context(asked.programs, own, version, pythons[version], variant, servers)
            results.run(name, functools.partial(module.check, context))


if __name__ == "__main__":
    sys.exit(closed("scripts/check-queue", functools.partial(run, options())))
