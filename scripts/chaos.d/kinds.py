"""What is done to Pulse and to what it needs: each kind of fault, how long it lasts, and beside what it has no room."""

from dataclasses import dataclass

HOSTS = ("a", "b")
# As many on each host.
WORKERS = 2
SLOTS = tuple(f"{host}/worker.{number}" for host in HOSTS for number in range(1, WORKERS + 1))


@dataclass(frozen=True)
class Kind:
    name: str
    # Faults of one resource follow each other; those of different ones overlap as they like.
    resource: str
    # Seconds: until what was killed is started again, and else until the fault's end.
    shortest: float
    longest: float
    # After its end nothing else of the resource begins for so long.
    rest: float = 0.3


# By the supervisor, or by what stands for systemd.
AT_ONCE = 0.0

KINDS = (
    Kind("worker killed", "worker", AT_ONCE, AT_ONCE),
    Kind("worker stopped", "worker", 0.3, 4),
    Kind("supervisor killed", "supervisor", AT_ONCE, AT_ONCE, rest=1),
    Kind("supervisor stopped", "supervisor", 0.5, 3),
    Kind("api killed", "api", AT_ONCE, AT_ONCE),
    Kind("api stopped", "api", 0.3, 3),
    Kind("redis killed", "redis", 0.2, 1.2),
    # Up to beyond the 3 s for which Pulse waits for an answer.
    Kind("redis paused", "redis", 0.3, 3.5),
    Kind("redis slow", "redis", 0.8, 2.5),
    # Redis is not killed while it holds what it could not write: that would be its loss, not Pulse's.
    Kind("disk full", "redis", 0.8, 2.5, rest=1.5),
    Kind("memory full", "redis", 0.8, 2.5),
    Kind("tei killed", "tei", 0.2, 1.2),
    Kind("tei paused", "tei", 0.3, 3),
    Kind("tei slow", "tei", 0.8, 2.5),
    Kind("tei garbage", "tei", 0.3, 1.2),
    Kind("tei html", "tei", 0.3, 1.2),
    Kind("tei wrong counts", "tei", 0.3, 1.2),
    Kind("tei bad gateway", "tei", 0.3, 1.5),
    Kind("qdrant killed", "qdrant", 0.2, 1.2),
    Kind("qdrant paused", "qdrant", 0.3, 3),
    Kind("qdrant slow", "qdrant", 0.8, 2.5),
    Kind("qdrant garbage", "qdrant", 0.3, 1.2),
    Kind("qdrant html", "qdrant", 0.3, 1.2),
    Kind("qdrant wait_timeout", "qdrant", 0.3, 1.5),
    Kind("qdrant bad gateway", "qdrant", 0.3, 1.5),
    Kind("network cut", "link", 0.5, 4),
)
BY_NAME = {kind.name: kind for kind in KINDS}

# So long that the jobs in hand are claimed elsewhere meanwhile: a host's workers are all stopped, or it is cut off.
FROZEN, CUT = "worker frozen", "network cut long"
LONG_SHORTEST, LONG_LONGEST = 25.0, 28.0
# What may happen beside a long one: neither Redis nor whoever is to take the jobs over must be new to each other, for a
# worker judges nobody by its sign of life before it has known its Redis for 20 s.
BESIDE_LONG = tuple(kind for kind in KINDS if kind.resource in ("tei", "qdrant", "api"))
