"""Real pulse-worker processes, started again by the check itself as the supervisor would."""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from processes import WITH_US, clean_environment
from services import Services
from waiting import until

REGISTERED = re.compile(r"registered as (pulse-\S+)")


class Incarnation:
    """One process. `who` is how the services know it, `name` how Redis does."""

    def __init__(self, who: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.who, self.log = who, log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def name(self) -> str | None:
        found = REGISTERED.search(self.said)
        return found.group(1) if found else None

    @property
    def pid(self) -> int:
        """The worker's own: behind `unshare --fork` it is a child of the process that was started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if children else self.process.pid

    def await_name(self) -> str:
        return until(f"{self.who} registers (log: {self.log})", 30, lambda: self.name, lambda: self.said[-500:])

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(30)


class Fleet:
    """Workers by slot; each start of a slot is told of the incarnation before it."""

    def __init__(self, programs: Path, folder: Path, services: Services, settings: dict[str, str]) -> None:
        self.programs, self.folder, self.services, self.settings = programs, folder, services, settings
        self.live: dict[str, Incarnation] = {}
        self.all: list[Incarnation] = []

    def start(self, slot: str, how: str = "killed by SIGKILL", wrap: tuple[str, ...] = (), **own: str) -> Incarnation:
        """`how` its predecessor ended; `wrap` stands before the program."""
        before = self.live.get(slot)
        who = f"{slot}-{len(self.all) + 1}"
        environment = clean_environment() | self.settings | self.services.settings(who)
        environment |= {"PULSE_SLOT": slot, "PULSE_STARTUP": "wait"} | own
        if before and before.name:
            environment["PULSE_PREDECESSOR"] = f"{before.name}|{how}"
        command = [*WITH_US, *wrap, os.fspath(self.programs / "pulse-worker")]
        incarnation = Incarnation(who, command, environment, self.folder / f"{who}.log")
        self.live[slot] = incarnation
        self.all.append(incarnation)
        return incarnation

    def by_who(self, who: str) -> Incarnation:
        return next(one for one in self.all if one.who == who)

    def said(self, part: str) -> list[str]:
        """Lines with `part` in any worker's log, behind its name."""
        lines = ((one.who, line) for one in self.all for line in one.said.splitlines())
        return [f"{who}: {line}" for who, line in lines if part in line]

    def stop(self, seconds: float = 30) -> dict[str, int]:
        """SIGTERM to all that live; their exit statuses."""
        for one in self.live.values():
            with contextlib.suppress(ProcessLookupError):
                one.send(signal.SIGTERM)
        return {slot: one.process.wait(seconds) for slot, one in self.live.items()}


@contextlib.contextmanager
def fleet(programs: Path, folder: Path, services: Services, settings: dict[str, str]) -> Iterator[Fleet]:
    """None of them outlives the check."""
    workers = Fleet(programs, folder, services, settings)
    try:
        yield workers
    finally:
        for one in workers.all:
            if one.process.poll() is None:
                one.kill()
