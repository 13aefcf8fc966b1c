"""pulse.service as systemd sees it, and Pulse as pulsectl does."""

import json
from dataclasses import dataclass
from typing import Any

from container import Container
from files import Files
from results import must
from waiting import until

SHOWN = "ActiveState,SubState,MainPID,NRestarts,Result,ExecMainStatus,StatusText"


@dataclass
class Slot:
    slot: str
    # As the container counts its processes.
    pid: int
    state: str
    in_flight: int

    @staticmethod
    def told(slot: dict[str, Any]) -> "Slot":
        report = slot.get("report") or {}
        return Slot(slot["slot"], slot.get("pid") or 0, slot["state"], report.get("in_flight") or 0)


class Unit:
    def __init__(self, container: Container) -> None:
        self.container = container
        self.files = Files(container.folder)
        self._checks = 0
        self.collection = ""

    def systemctl(self, *arguments: str, seconds: float = 120) -> str:
        """Must succeed; answers with what it printed."""
        done = self.container.run("systemctl", *arguments, seconds=seconds)
        words = (done.stderr or done.stdout).strip().replace("\n", " ")
        must(done.returncode == 0, f"systemctl {' '.join(arguments)} left with {done.returncode}: {words}")
        return done.stdout

    def show(self) -> dict[str, str]:
        printed = self.systemctl("show", "pulse.service", "--property", SHOWN)
        return dict(line.partition("=")[::2] for line in printed.splitlines())

    def is_active(self) -> str:
        return self.container.run("systemctl", "is-active", "pulse.service").stdout.strip()

    def await_state(self, state: str, seconds: float, **others: str) -> dict[str, str]:
        """Until ActiveState and `others` are so."""
        wanted = {"ActiveState": state} | others
        last: dict[str, str] = {}

        def look() -> bool:
            last.update(self.show())
            return all(last[name] == value for name, value in wanted.items())

        until(f"pulse.service {wanted}", seconds, look, lambda: f"it is {last}")
        return last

    def pulsectl(self, *arguments: str, seconds: float = 120) -> Any:
        return self.container.run("pulsectl", *arguments, seconds=seconds)

    def status(self) -> dict[str, Any] | None:
        """None while nobody answers."""
        done = self.pulsectl("status", "--json")
        return json.loads(done.stdout) if done.returncode == 0 and done.stdout.startswith("{") else None

    def slots(self) -> dict[str, Slot]:
        told = (self.status() or {"slots": []})["slots"]
        return {slot.slot: slot for slot in map(Slot.told, told)}

    def await_ready(self, count: int, seconds: float) -> dict[str, Slot]:
        """Until that many workers are ready and everything is healthy."""
        last: list[Any] = [None]

        def look() -> dict[str, Slot] | None:
            document = last[0] = self.status()
            if not document or document.get("status") != "healthy":
                return None
            slots = self.slots()
            return slots if sum(slot.state == "ready" for slot in slots.values()) == count else None

        return until(f"{count} workers ready", seconds, look, lambda: f"status: {json.dumps(last[0])[:400]}")

    def await_busy(self, workers: int, seconds: float = 60) -> None:
        """Until that many have a job in hand."""
        look = lambda: sum(slot.in_flight > 0 for slot in self.slots().values()) >= workers  # noqa: E731
        until(f"{workers} busy workers", seconds, look, lambda: str(self.slots()))

    def fresh(self, **settings: str) -> None:
        """Where every check begins: nothing runs, nothing is queued, the example's settings but for `settings`."""
        self.systemctl("stop", "pulse.socket", "pulse-api.socket", "pulse.service")
        self.systemctl("--quiet", "disable", "pulse.socket", "pulse-api.socket")
        # Also the count of starts, which would otherwise reach StartLimitBurst= after a few checks.
        self.container.run("systemctl", "reset-failed", "pulse.service", "pulse.socket", "pulse-api.socket")
        self.container.run("redis-cli", "FLUSHALL")
        # Documents that are known already would be done in no time, without asking TEI.
        self._checks += 1
        self.collection = f"check_{self._checks}"
        self.files.reset()
        self.settings(PULSE_QDRANT_COLLECTION=self.collection, **settings)
        self.drop_in(None)

    def settings(self, **values: str) -> None:
        self.files.set(values)

    def drop_in(self, content: str | None) -> None:
        """Settings of the unit itself; None takes them back."""
        self.files.drop_in(content)
        self.systemctl("daemon-reload")
