"""Two snapshots, laid out flat and compared value by value; what may differ is listed, and the list is kept honest."""

import fnmatch
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

# Seconds by which two runs of the same job may end, or be looked at, apart.
TOLERANCE = 3.0
# Stands for what only the other side has.
ABSENT = "(absent)"


@dataclass(frozen=True)
class Difference:
    """One that is meant to be."""

    # As fnmatch reads it, over a value's path.
    path: str
    reason: str
    # Whether this pair of values - Python's, Pulse's - is the difference that is meant.
    holds: Callable[[Any, Any], bool] = lambda python, pulse: True
    # In which releases of python-rq.
    applies: Callable[[tuple[int, ...]], bool] = lambda release: True
    # It depends on the moment, and need not be seen in every run.
    sometimes: bool = False


@dataclass(frozen=True)
class Found:
    path: str
    python: Any
    pulse: Any

    def values(self) -> str:
        return f"Python {short(self.python)}, Pulse {short(self.pulse)}"

    def __str__(self) -> str:
        return f"{self.path}: {self.values()}"


def grouped(found: Iterable[Found]) -> Iterator[str]:
    """A line for all that say the same of different things."""
    groups: dict[tuple[str, str, str], list[Found]] = {}
    for one in found:
        first, _, rest = one.path.partition("/")
        key = (first, rest.partition("/")[2] or rest, one.values())
        groups.setdefault(key, []).append(one)
    for ones in groups.values():
        more = ", ".join(one.path.split("/")[1] for one in ones[1:] if "/" in one.path)
        yield str(ones[0]) + (f" (so too {more})" if more else "")


def short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:120]} ... {text[-160:]}"


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value with its path; lists of dicts are entered as well, and what is empty is a value."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        value = dict(enumerate(value))
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from flat(inner, f"{path}/{name}" if path else str(name))
    else:
        yield path, value


def same(python: Any, pulse: Any) -> bool:
    if isinstance(python, float) and isinstance(pulse, float):
        return abs(python - pulse) <= TOLERANCE
    return type(python) is type(pulse) and python == pulse


def differing(python: dict[str, Any], pulse: dict[str, Any]) -> tuple[int, list[Found]]:
    """How many values were compared, and those that are not the same."""
    left, right = dict(flat(python)), dict(flat(pulse))
    paths = list(left) + [path for path in right if path not in left]
    pairs = [Found(path, left.get(path, ABSENT), right.get(path, ABSENT)) for path in paths]
    return len(pairs), [pair for pair in pairs if not same(pair.python, pair.pulse)]


@dataclass
class Judgement:
    compared: int
    # Of the table, how many were met.
    listed: int
    unlisted: list[Found]
    # In the table and not seen: the table tells of what is no longer so.
    unseen: list[Difference]


def judge(
    python: dict[str, Any], pulse: dict[str, Any], table: Iterable[Difference], release: tuple[int, ...]
) -> Judgement:
    known = [difference for difference in table if difference.applies(release)]
    compared, found = differing(python, pulse)
    seen: set[Difference] = set()
    unlisted = []
    for pair in found:
        for difference in known:
            if fnmatch.fnmatchcase(pair.path, difference.path) and difference.holds(pair.python, pair.pulse):
                seen.add(difference)
                break
        else:
            unlisted.append(pair)
    unseen = [difference for difference in known if difference not in seen and not difference.sometimes]
    return Judgement(compared, len(seen), unlisted, unseen)
