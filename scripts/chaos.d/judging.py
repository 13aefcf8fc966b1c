"""After the last fault: waits until all is at rest, prints the figures, then holds each promise against what is."""

import contextlib
import time
from collections import Counter
from dataclasses import dataclass

import verdicts
from documents import Documents
from fault_log import FaultLog
from hosts import await_ready
from ledger import Ledger
from plan import Event
from recovering import WHAT, line, recoveries
from redis_server import QUEUE
from results import Results
from settling import settle
from standing import Standing, standing
from system import System
from watching import GONE_LIMIT, Watcher

READY_SECONDS, SETTLE_SECONDS, CALM_SECONDS = 60, 240, 8


@dataclass
class Judgement:
    system: System
    documents: Documents
    ledger: Ledger
    watcher: Watcher
    log: FaultLog

    def judge(self, results: Results, events: list[Event], before: Standing) -> None:
        """`before`: how Pulse's processes stood when all was calm at first."""
        for trouble in self.log.troubles:
            print(f"trouble: {trouble}", flush=True)
        redis, check = self.system.client(decode_responses=True), results.run
        for host in self.system.hosts.values():
            with contextlib.suppress(TimeoutError):
                await_ready(host, READY_SECONDS)
        left = settle(redis, [QUEUE], SETTLE_SECONDS)
        for _ in range(GONE_LIMIT):
            self.watcher.look()
        self.figures()
        planned = Counter(event.kind for event in events)
        check("faults dealt", lambda: verdicts.faults_were_dealt(self.log, planned))
        check("all sends promised", lambda: verdicts.every_send_was_promised(self.ledger))
        check("queue drained", lambda: verdicts.is_drained(left, SETTLE_SECONDS))
        check("no job lost", lambda: verdicts.no_job_was_lost(self.ledger, self.watcher))
        check("only the fated failed", lambda: verdicts.only_the_fated_failed(redis, self.ledger, self.watcher))
        check("last versions found", lambda: verdicts.every_document_is_there(self.system, self.documents, self.ledger))
        time.sleep(CALM_SECONDS)
        after = standing(self.system)
        check("no leak", lambda: verdicts.nothing_leaked(before, after))
        check("supervisors stop", lambda: verdicts.supervisors_stop(self.system))
        check("no orphan", lambda: verdicts.nobody_is_left(self.system))

    def figures(self) -> None:
        print(WHAT)
        found = recoveries(self.log.done, self.ledger, self.watcher.finished)
        for kind, seconds in sorted(found.items()):
            print(line(kind, seconds))
        if every := [second for seconds in found.values() for second in seconds]:
            print(line("all kinds", every))
        spoiled = ", ".join(
            f"{name} {what} {count}"
            for name, proxy in self.system.proxies.items()
            for what, count in sorted(proxy.spoiled.items())
            if count
        )
        print(f"answers that were spoiled: {spoiled or 'none'}", flush=True)
