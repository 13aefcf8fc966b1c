"""Does what the plan says, when it says so."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable

from fault_log import FaultLog
from kinds import BY_NAME
from plan import Event
from process_faults import READY_SECONDS, ProcessFaults
from server_faults import ServerFaults
from system import System

PATIENCE_SECONDS = 60


class Faults:
    def __init__(self, system: System, recrawl: Callable[[list[str]], None]) -> None:
        self.log = FaultLog()
        self._processes, self._servers = ProcessFaults(system, self.log, recrawl), ServerFaults(system, self.log)
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._threads: list[threading.Thread] = []
        self._is_a_server_gone = False

    def run(self, events: list[Event]) -> None:
        """Returns when the last one is over."""
        begun = time.monotonic()
        for event in events:
            time.sleep(max(0.0, begun + event.at - time.monotonic()))
            # It would be all that is seen from then on.
            if self._is_a_server_gone:
                break
            thread = threading.Thread(target=self._deal, args=(event,), daemon=True)
            thread.start()
            self._threads.append(thread)
        for thread in self._threads:
            thread.join(READY_SECONDS + PATIENCE_SECONDS)

    def _deal(self, event: Event) -> None:
        try:
            with self._locks[resource(event)]:
                self._inflict(event)
        except Exception as error:  # one that could not be dealt must be known, and must not end the run
            self.log.troubles.append(f"{event}: {type(error).__name__}: {error}")
            # What a server raises that does not come up again.
            self._is_a_server_gone |= isinstance(error, RuntimeError)

    def _inflict(self, event: Event) -> None:
        subject, _, what = event.kind.partition(" ")
        match subject:
            case "worker" | "supervisor" | "api":
                self._processes.inflict(event, subject, what)
            case "network":
                self._processes.cut(event)
            case "disk":
                self._servers.fill_disks(event)
            case "memory":
                self._servers.fill_memory(event)
            case _:
                self._servers.inflict(event, subject, what)


def resource(event: Event) -> str:
    """Faults of one follow each other, even when one of them takes longer than was planned."""
    kind = BY_NAME.get(event.kind)
    if kind is None:
        return event.victim or "link"
    return event.victim if kind.resource == "worker" else kind.resource
