"""When which fault happens to whom: all of it out of the seed and the run's length, so that a run can be had again."""

import random
from dataclasses import dataclass

from kinds import BESIDE_LONG, BY_NAME, CUT, FROZEN, HOSTS, KINDS, LONG_LONGEST, LONG_SHORTEST, SLOTS, Kind

# Everything has come up by then, and documents flow.
FIRST = 8.0
# Each round has every kind once, then a moment in which all is whole.
ROUND_SECONDS, ROUND_WHOLE = 32.0, 4.0
LONG_SECONDS = 34.0
# Of each fifteen minutes.
LONG_PER_MINUTE = 6 / 15
LONG_NEIGHBOURS = 5
# What makes for work in hand begins so long before.
LEAD = 2.0


@dataclass(frozen=True)
class Event:
    """`at` and `seconds` after the beginning and after that; `victim` where there are several."""

    at: float
    kind: str
    seconds: float
    victim: str = ""

    def __str__(self) -> str:
        return f"{self.at:7.1f} s  {self.kind:<20} {self.seconds:5.2f} s  {self.victim}".rstrip()


def plan(seed: int, minutes: float) -> list[Event]:
    """In the order of time."""
    chance = random.Random(f"chaos/{seed}")
    end = minutes * 60
    events: list[Event] = []
    longs = int(minutes * LONG_PER_MINUTE)
    rounds = max(1, int((end - FIRST - longs * LONG_SECONDS) // ROUND_SECONDS))
    # After which round there is a long one.
    after = [round((index + 1) * rounds / (longs + 1)) for index in range(longs)]
    at = FIRST
    for number in range(rounds):
        events += one_round(chance, at)
        at += ROUND_SECONDS
        for index in [index for index, place in enumerate(after) if place == number + 1]:
            events += long_one(chance, at, index)
            at += LONG_SECONDS
    return sorted(events, key=lambda event: event.at)


def spread(chance: random.Random, kinds: tuple[Kind, ...]) -> list[Kind]:
    """In random order, but those of one resource all over the round: they must not overlap."""
    places: list[tuple[float, Kind]] = []
    for resource in sorted({kind.resource for kind in kinds}):
        own = [kind for kind in kinds if kind.resource == resource]
        chance.shuffle(own)
        places += [((index + chance.random()) / len(own), kind) for index, kind in enumerate(own)]
    return [kind for _, kind in sorted(places, key=lambda place: place[0])]


def one_round(chance: random.Random, start: float) -> list[Event]:
    kinds = spread(chance, KINDS)
    step = (ROUND_SECONDS - ROUND_WHOLE) / len(kinds)
    free: dict[str, float] = {}
    events = []
    for index, kind in enumerate(kinds):
        seconds = chance.uniform(kind.shortest, kind.longest)
        victim = victim_of(kind, chance)
        resource = victim if kind.resource == "worker" else kind.resource
        at = max(start + (index + chance.random()) * step, free.get(resource, 0))
        # Nothing reaches into the moment in which all is whole.
        at = max(start, min(at, start + ROUND_SECONDS - ROUND_WHOLE - seconds))
        at = max(at, free.get(resource, 0))
        free[resource] = at + seconds + kind.rest
        events.append(Event(round(at, 2), kind.name, round(seconds, 2), victim))
    return events


def victim_of(kind: Kind, chance: random.Random) -> str:
    match kind.resource:
        case "worker":
            return chance.choice(SLOTS)
        case "supervisor":
            return chance.choice(HOSTS)
    return ""


def long_one(chance: random.Random, start: float, index: int) -> list[Event]:
    """Two out of three times a host's workers freeze, else the other host is cut off; some other trouble beside it."""
    seconds = round(chance.uniform(LONG_SHORTEST, LONG_LONGEST), 2)
    at = start + LEAD + chance.random()
    if index % 3 == 1:
        # With writes on their way, which the network holds until it is whole again.
        slow = BY_NAME["qdrant slow"]
        events = [Event(round(at, 2), CUT, seconds)]
    else:
        # With many documents in hand, which wait for their vectors.
        slow = BY_NAME["tei slow"]
        host = HOSTS[(index // 2) % 2]
        frozen = [slot for slot in SLOTS if slot.startswith(f"{host}/")]
        events = [Event(round(at + 0.4 * place, 2), FROZEN, seconds, slot) for place, slot in enumerate(frozen)]
    events.append(Event(round(at - LEAD, 2), slow.name, slow.longest))
    free = {slow.resource: at - LEAD + slow.longest + slow.rest}
    for place in range(LONG_NEIGHBOURS):
        kind = chance.choice(BESIDE_LONG)
        length = chance.uniform(kind.shortest, kind.longest)
        # The last seconds are calm: the thawed and whoever is cut off meet a system that works.
        at = max(start + 1 + LEAD + (place + chance.random()) * 3.5, free.get(kind.resource, 0))
        free[kind.resource] = at + length + kind.rest
        events.append(Event(round(at, 2), kind.name, round(length, 2)))
    return events
