"""Is what a command printed what the document shows? Numbers, times and names that come with each run may differ."""

import re

PASSING = [
    re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),  # ids
    re.compile(r"\b[0-9a-f]{12,64}\b"),
    # When something happened.
    re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b [0-9-]+ [0-9:]+ \S+"),
    re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+\d\d:?\d\d)?"),
    # How long it took or takes.
    re.compile(r"(?<![\w.:/])(?:\d+(?:\.\d+)?\s?(?:us|ms|s|min|m|h|d)\s?)+\b"),
    re.compile(r"(?<![\w.:/-])\d+(?:\.\d+)?(?:[KMG]i?B?)?(?![\w./:]\w)"),  # how many
]


def masked(line: str) -> str:
    for pattern in PASSING:
        line = pattern.sub("N ", line)
    line = re.sub(r"(?:N\s+)+", "N ", line)
    # Columns are as wide as what they hold, and so are the rules between them.
    return re.sub(r"\s+", " ", line).strip()


def difference(shown: str, printed: str) -> str | None:
    """None: it is what is shown. Else the first line that is not there, or is there and not shown."""
    wanted = [masked(line) for line in shown.splitlines() if line.strip()]
    found = [masked(line) for line in printed.splitlines() if line.strip()]
    at, skipping = 0, False
    for want in wanted:
        if want == "...":
            skipping = True
            continue
        while skipping and at < len(found) and found[at] != want:
            at += 1
        if at >= len(found) or found[at] != want:
            seen = found[at] if at < len(found) else "the end"
            return f"the document shows {want!r}, where the command prints {seen!r}"
        at, skipping = at + 1, False
    if at < len(found) and not skipping:
        return f"the command goes on with {found[at]!r}, which the document does not show"
    return None
