"""Which faults were dealt, when each began and ended, and when it was over for whoever depends on it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from plan import Event


@dataclass
class Fault:
    kind: str
    victim: str
    # time.time(); `ended` for a kill is the kill itself.
    began: float
    ended: float
    # For what is started again by Pulse or by systemd: until the same slot was ready again.
    ready_seconds: float | None = None


@dataclass
class FaultLog:
    done: list[Fault] = field(default_factory=list)
    # Kills that were put off.
    spared: int = 0
    # Faults that could not be dealt as planned, and why.
    troubles: list[str] = field(default_factory=list)

    def timed(self, event: Event, begin: Callable[[], object], end: Callable[[], object]) -> None:
        began = time.time()
        try:
            begin()
            time.sleep(event.seconds)
        finally:
            end()
        self.done.append(Fault(event.kind, event.victim, began, time.time()))

    def lasting(self, event: Event, do: Callable[[], object]) -> None:
        """What takes its time by itself."""
        began = time.time()
        do()
        self.done.append(Fault(event.kind, event.victim, began, time.time()))

    def at_once(self, event: Event, do: Callable[[], object]) -> Fault:
        do()
        fault = Fault(event.kind, event.victim, time.time(), time.time())
        self.done.append(fault)
        return fault
