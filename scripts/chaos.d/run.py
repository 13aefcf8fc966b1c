"""A run under fire; scripts/chaos builds and then becomes this."""

import argparse
import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from redis.exceptions import RedisError

from documents import Documents
from endings import leave_by_exception
from faults import Faults
from judging import Judgement
from kinds import BY_NAME, CUT, FROZEN
from ledger import Ledger
from plan import FIRST, Event, plan
from producing import Producer
from results import Results
from standing import standing
from system import System, system
from watching import Watcher

PER_SECOND = 12.4
# Before the end documents stop coming, so that the last fault's end still has some that are sent after it.
LAST_SECONDS = 4
PROMISE_SECONDS, LEAVE_SECONDS = 120, 15


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/chaos", description="Pulse on two hosts under fire")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=[*BY_NAME, FROZEN, CUT], metavar="KIND")
    parser.add_argument("--unfenced", action="store_true")
    parser.add_argument("--plan", action="store_true")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def planned(asked: argparse.Namespace) -> list[Event]:
    events = plan(asked.seed, asked.minutes)
    return [event for event in events if not asked.only or event.kind in asked.only]


def say(text: str) -> None:
    print(text, flush=True)


class Run:
    def __init__(self, asked: argparse.Namespace, folder: Path, results: Results) -> None:
        self.asked, self.folder, self.results = asked, folder, results
        self.documents, self.ledger = Documents(asked.seed), Ledger()
        self.events = planned(asked)
        (folder / "plan").write_text("".join(f"{event}\n" for event in self.events))

    def run(self) -> None:
        with (
            system(self.asked.programs, self.folder, self.asked.unfenced) as running,
            self.watching(running) as watcher,
        ):
            seconds = self.asked.minutes * 60 - LAST_SECONDS
            producer = Producer(running, self.documents, self.ledger, PER_SECOND, int(seconds * PER_SECOND))
            faults = Faults(running, producer.recrawl)
            producer.start()
            time.sleep(FIRST / 2)
            before = standing(running)
            faults.run(self.events)
            producer.join(PROMISE_SECONDS)
            producer.is_stopped.set()
            producer.join(LEAVE_SECONDS)
            say(producer.told())
            judgement = Judgement(running, self.documents, self.ledger, watcher, faults.log)
            try:
                judgement.judge(self.results, self.events, before)
            finally:
                self.write_ledger(watcher.finished)
                # Its disk goes with the run.
                shutil.copytree(running.redis.server.folder, self.folder / "redis")

    @contextlib.contextmanager
    def watching(self, running: System) -> Iterator[Watcher]:
        watcher = Watcher(running.client(decode_responses=True), self.ledger)
        try:
            yield watcher
        finally:
            watcher.stop()

    def write_ledger(self, finished: dict[str, float]) -> None:
        """A line for each promise: job, document, version; when it was sent, promised, finished (0: never)."""
        lines = [
            f"{p.job} {self.documents.url(p.number)} {p.version} "
            f"{p.sent:.3f} {p.promised:.3f} {finished.get(p.job, 0):.3f}\n"
            for p in self.ledger.promises.values()
        ]
        (self.folder / "ledger").write_text("".join(lines))


def main() -> int:
    asked = options()
    if asked.plan:
        say("\n".join(str(event) for event in planned(asked)))
        return 0
    leave_by_exception()
    results = Results()
    folder = Path(tempfile.mkdtemp(prefix="pulse-chaos."))
    again = f"scripts/chaos --minutes {asked.minutes:g} --seed {asked.seed}"
    again += "".join(f" --only '{kind}'" for kind in asked.only or []) + (" --unfenced" if asked.unfenced else "")
    say(f"{again}: {len(planned(asked))} faults")
    try:
        Run(asked, folder, results).run()
    except KeyboardInterrupt:
        results.failed += 1
    except (RuntimeError, TimeoutError, OSError, subprocess.CalledProcessError, RedisError) as error:
        print(f"scripts/chaos: {error}", file=sys.stderr)
        results.failed += 1
    status = results.close()
    if status or asked.keep:
        say(f"kept: {folder} (plan, ledger, logs); again: {again}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
