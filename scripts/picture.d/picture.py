"""Has a fleet work, takes its Qdrant away, and draws what pulsectl prints."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import terminal
from endings import leave_by_exception
from waiting import until
from world import World

QUERY = "find which commit broke the build by bisecting history"
# A hit, without all of its text.
SEARCH_LINES = 4


class Screen:
    """A terminal's lines, as they come."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.lines: list[str] = []

    def type(self, command: str, most: int | None = None) -> None:
        done = subprocess.run(
            ["bash", "-c", command], env=self._world.environment, cwd=self._world.checkout, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        printed = done.stdout.rstrip("\n").splitlines()
        self.lines += ["", f"$ {command}", *printed[:most]] if self.lines else [f"$ {command}", *printed[:most]]
        if most is not None and len(printed) > most:
            self.lines.append("...")


def status(world: World) -> dict[str, Any]:
    command = [world.programs / "pulsectl", "status", "--json"]
    done = subprocess.run(command, env=world.environment, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def drawn(world: World) -> list[str]:
    screen = Screen(world)
    with world.services():
        try:
            world.begin()
            world.fill()
            until("all is indexed", 120, lambda: status(world).get("queued") == 0 and is_idle(world), pause=0.2)
            slot = status(world)["slots"][0]
            subprocess.run(["kill", "-KILL", str(slot["pid"])], check=True)
            until("its slot runs again", 20, lambda: is_replaced(world, slot["slot"], slot["pid"]), pause=0.1)
            until("Pulse is healthy", 30, lambda: world.health() == 0, pause=0.1)
            screen.type("pulsectl health")
            screen.type(f'pulsectl search --limit 1 "{QUERY}"', SEARCH_LINES)
            world.signal("qdrant", signal.SIGTERM)
            until("its absence is known", 30, lambda: qdrant_is_missed(world), pause=0.1)
            command = [world.programs / "pulsectl", "enqueue", "--force", "documents.jsonl"]
            subprocess.run(command, env=world.environment, cwd=world.checkout, check=True, capture_output=True)
            until("the jobs are counted", 20, lambda: (status(world).get("queued") or 0) > 0, pause=0.1)
            screen.type("pulsectl status")
        finally:
            world.close()
    return screen.lines


def is_idle(world: World) -> bool:
    return all(slot.get("report", {}).get("in_flight") == 0 for slot in status(world)["slots"])


def is_replaced(world: World, slot: str, pid: int) -> bool:
    return any(s["slot"] == slot and s["state"] == "ready" and s["pid"] != pid for s in status(world).get("slots", []))


def qdrant_is_missed(world: World) -> bool:
    seen = status(world).get("services", {}).get("qdrant", {})
    # Once all workers say so.
    return seen.get("state") == "unhealthy" and "reporters" not in seen


def main() -> int:
    parser = argparse.ArgumentParser("scripts/picture", description="Draws what pulsectl prints")
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    leave_by_exception()
    with tempfile.TemporaryDirectory(prefix="pulse-picture.") as folder:
        lines = drawn(World(Path(folder), asked.programs))
    asked.out.write_text(terminal.svg(lines))
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
