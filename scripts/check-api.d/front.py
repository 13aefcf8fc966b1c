"""A supervisor with pulse-api, as a host runs it."""

import contextlib
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asking
from asking import Answer, Headers
from redis_server import free_port
from supervisor import Supervisor, supervising
from waiting import until

# 32 characters are the fewest that a bind beyond loopback takes.
SECRET = "check-api-Secret-of-forty-characters-abcd"
WEBHOOK_SECRET = "check-api-webhook-secret-of-the-sender"
BEARER = ("Authorization", f"Bearer {SECRET}")
PAGE = "/api/webhook/firecrawl"


def signature(body: bytes, secret: str = WEBHOOK_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass
class Front:
    supervisor: Supervisor
    port: int

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Headers = ()) -> Answer:
        return asking.ask(self.port, method, path, body, headers)

    def post(self, path: str, value: Any, *headers: tuple[str, str]) -> Answer:
        return asking.post(self.port, path, value, *headers)

    def child(self) -> dict[str, Any]:
        """The slot of pulse-api, as the supervisor tells it."""
        return self.supervisor.slots()["api.1"]

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("GET", "/readyz").status == 200
        return False


@contextlib.contextmanager
def fronting(
    programs: Path,
    folder: Path,
    settings: dict[str, str],
    host: str = "127.0.0.1",
    port: int | None = None,
    workers: int = 0,
) -> Iterator[Front]:
    """Ready when it is handed over. `settings` say whether there are secrets."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = port or free_port()
    own = {"PULSE_API": f"{host}:{chosen}", "PULSE_WORKERS": str(workers), "PULSE_STARTUP": "wait"}
    with supervising(programs, folder, own | settings) as supervisor:
        front = Front(supervisor, chosen)

        def ready() -> bool:
            if supervisor.process.poll() is not None:
                tail = supervisor.log_tail()
                raise RuntimeError(f"pulse-supervisor left with {supervisor.process.returncode}:\n{tail}")
            return front.is_ready()

        until("pulse-api is ready", 60, ready, supervisor.log_tail)
        yield front


WITH_SECRETS = {"PULSE_API_SECRET": SECRET, "PULSE_WEBHOOK_SECRET": WEBHOOK_SECRET}
