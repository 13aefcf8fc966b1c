"""How a script of checks begins and ends: in a folder of its own, with a closing line or one that says why there is none."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from endings import leave_by_exception
from results import Results


def closed(program: str, run: Callable[[Path, Results], None]) -> int:
    """`run` gets the folder, which ends with it. Answers with the exit status."""
    leave_by_exception()
    results = Results()
    try:
        with tempfile.TemporaryDirectory(prefix="pulse-check.") as folder:
            run(Path(folder), results)
    except KeyboardInterrupt:
        return 130
    except (RuntimeError, TimeoutError, OSError, subprocess.CalledProcessError) as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 1
    return results.close()
