"""A run under fire; scripts/chaos builds and then becomes this."""

import argparse
import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from endings import leave_by_exception
from redis_server import QUEUE
from results import Results, must
from settling import settle

import verdicts
from documents import Documents
from faults import Faults
from finding import processes_of
from hosts import await_ready
from ledger import Ledger
from plan import FIRST, plan
from producing import Producer
from recovering import WHAT, line, recoveries
from standing import Standing, grown, standing
from system import System, system
from watching import Watcher

PER_SECOND = 12.4
# Before the end documents stop coming, so that the last fault's end still has some that are sent after it.
LAST_SECONDS = 4
PROMISE_SECONDS, SETTLE_SECONDS, CALM_SECONDS = 120, 240, 8


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/chaos", description="Pulse on two hosts under fire")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unfenced", action="store_true")
    parser.add_argument("--plan", action="store_true")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, flush=True)


class Run:
    def __init__(self, asked: argparse.Namespace, folder: Path, results: Results) -> None:
        self.asked, self.folder, self.results = asked, folder, results
        self.documents, self.ledger = Documents(asked.seed), Ledger()
        self.events = plan(asked.seed, asked.minutes)
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
            faults.run(self.events, lambda: False)
            faults.join()
            producer.join(PROMISE_SECONDS)
            producer.is_stopped.set()
            producer.join(15)
            self.write_ledger()
            self.judge(running, watcher, faults, producer, before)

    @contextlib.contextmanager
    def watching(self, running: System) -> Iterator[Watcher]:
        watcher = Watcher(running.client(decode_responses=True), self.ledger)
        try:
            yield watcher
        finally:
            watcher.stop()

    def write_ledger(self) -> None:
        lines = [
            f"{p.job} {self.documents.url(p.number)} {p.version} {p.sent:.3f} {p.promised:.3f}\n"
            for p in self.ledger.promises.values()
        ]
        (self.folder / "ledger").write_text("".join(lines))

    def judge(self, running: System, watcher: Watcher, faults: Faults, producer: Producer, before: Standing) -> None:
        redis, check = running.client(decode_responses=True), self.results.run
        for host in running.hosts.values():
            with contextlib.suppress(TimeoutError):
                await_ready(host, 60)
        left = settle(redis, [QUEUE], SETTLE_SECONDS)
        watcher.look()
        watcher.look()
        watcher.look()
        self.figures(faults, watcher, producer)
        counts = Counter(fault.kind for fault in faults.done)
        planned = Counter(event.kind for event in self.events)
        check("faults dealt", lambda: verdicts.faults_were_dealt(faults, counts, planned))
        check("all sends promised", lambda: verdicts.every_send_was_promised(self.ledger))
        check("queue drained", lambda: self.drained(left))
        check("no job lost", lambda: verdicts.no_job_was_lost(self.ledger, watcher))
        check("only the fated failed", lambda: verdicts.only_the_fated_failed(redis, self.ledger, watcher))
        check(
            "every last version found", lambda: verdicts.every_document_is_there(running, self.documents, self.ledger)
        )
        time.sleep(CALM_SECONDS)
        after = standing(running)
        check("no leak", lambda: self.no_leak(before, after))
        check("supervisors stop", lambda: self.stopped(running))
        check("no orphan", lambda: self.no_orphan(running))

    def figures(self, faults: Faults, watcher: Watcher, producer: Producer) -> None:
        say(WHAT)
        found = recoveries(faults.done, self.ledger, watcher.finished)
        for kind, seconds in sorted(found.items()):
            say(line(kind, seconds))
        every = [second for seconds in found.values() for second in seconds]
        if every:
            say(line("all kinds", every))
        answers = ", ".join(f"{what} {count}" for what, count in sorted(producer.answers.items()))
        say(f"the producer's attempts: {answers}")

    @staticmethod
    def drained(left: list[str]) -> str:
        must(not left, verdicts.shown(left, f"still move after {SETTLE_SECONDS} s"))
        return "nothing queued, started, scheduled or handed out"

    @staticmethod
    def no_leak(before: Standing, after: Standing) -> str:
        found = grown(before, after)
        must(not found, f"{'; '.join(found)}; before: {before}; after: {after}")
        return f"at first {before}; in the end {after}"

    @staticmethod
    def stopped(running: System) -> str:
        statuses = {name: host.stop() for name, host in running.hosts.items()}
        must(set(statuses.values()) == {0}, f"exit statuses {statuses}")
        exits = {name: dict(Counter(host.exits)) for name, host in running.hosts.items()}
        starts = ", ".join(f"{name} {host.starts}" for name, host in running.hosts.items())
        return f"exit 0; supervisors started: {starts}; their exits before: {exits}"

    @staticmethod
    def no_orphan(running: System) -> str:
        left = [
            f"{p.program} {p.slot} ({p.pid})" for host in running.hosts.values() for p in processes_of(host.runtime)
        ]
        must(not left, f"still there: {left}")
        return "no process of the run is left"


def main() -> int:
    asked = options()
    if asked.plan:
        say("\n".join(str(event) for event in plan(asked.seed, asked.minutes)))
        return 0
    leave_by_exception()
    results = Results()
    folder = Path(tempfile.mkdtemp(prefix="pulse-chaos."))
    again = f"scripts/chaos --minutes {asked.minutes:g} --seed {asked.seed}{' --unfenced' if asked.unfenced else ''}"
    say(f"{again}: {len(plan(asked.seed, asked.minutes))} faults")
    try:
        Run(asked, folder, results).run()
    except KeyboardInterrupt:
        results.failed += 1
    except (RuntimeError, TimeoutError, OSError, subprocess.CalledProcessError) as error:
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
