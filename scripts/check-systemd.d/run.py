"""Boots a systemd with Pulse installed and runs the checks in it; scripts/check-systemd builds, then becomes this."""

import argparse
import functools
import signal
import sys
from pathlib import Path

import activation
import alerting
import crash
import doctoring
import documents
import dying
import entrypoint
import hardening
import packaging
import procfile
import reloading
import starting
import stopping
from results import Cannot, Failed, Results
from session import alone, booted

# EX_TEMPFAIL: not a verdict about Pulse.
CANNOT = 75
MODULES = (
    hardening,
    starting,
    dying,
    reloading,
    stopping,
    activation,
    entrypoint,
    procfile,
    doctoring,
    documents,
    alerting,
    crash,
    packaging,
)
CHECKS = [check for module in MODULES for check in module.CHECKS]


def name(check: object) -> str:
    return getattr(check, "__name__", "?").replace("_", "-")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/check-systemd", description="Pulse under a real systemd, in a container")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    names = [name(check) for check in CHECKS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=", ".join(names))
    return parser.parse_args()


ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def leave(number: int, _: object) -> None:
    """As an exception, so that everything is ended on the way out; a second Ctrl-C must not leave half of it behind."""
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> int:
    asked = options()
    # SIGINT too: a shell's background job ignores it until somebody asks for it.
    for number in ENDING:
        signal.signal(number, leave)
    results = Results()
    try:
        with alone(), booted(asked.programs) as session:
            session.stack.start()
            for check in CHECKS:
                if not asked.only or name(check) in asked.only:
                    results.run(name(check), functools.partial(check, session))
    except Cannot as error:
        print(f"scripts/check-systemd: cannot be done here: {error}", file=sys.stderr)
        return CANNOT
    except (Failed, RuntimeError, OSError) as error:
        print(f"scripts/check-systemd: {error}", file=sys.stderr)
        return 1
    return results.close()


if __name__ == "__main__":
    sys.exit(main())
