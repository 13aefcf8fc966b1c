"""A terminal's lines as an SVG that is readable by day and by night, without scripts and foreign fonts."""

import re
import textwrap
from html import escape

COLUMNS = 118
CHARACTER, LINE, SIZE, MARGIN, BAR = 8.4, 20, 14, 18, 34
BACKGROUND, TEXT, DIM = "#16181d", "#d6d9de", "#8b919b"
COLOURS = [
    (re.compile(r"\b(healthy|ready|ok)\b"), "#7bd88f"),
    (re.compile(r"\b(degraded|waiting|warning)\b"), "#ffcb6b"),
    (re.compile(r"\b(unhealthy|broken|backoff|failed|killed)\b"), "#ff7b85"),
]
PAIR = "\u00a0\u00a0"
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def svg(lines: list[str]) -> str:
    rows = [row for line in lines for row in wrapped(line)]
    width, height = 2 * MARGIN + COLUMNS * CHARACTER, BAR + MARGIN + len(rows) * LINE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" role="img">',
        "<title>pulsectl in a terminal; written by scripts/picture</title>",
        f'<rect width="100%" height="100%" rx="10" fill="{BACKGROUND}"/>',
        *(f'<circle cx="{20 + 18 * n}" cy="18" r="5.5" fill="#3a3f4a"/>' for n in range(3)),
        f'<g font-family="{FONT}" font-size="{SIZE}" fill="{TEXT}">',
    ]
    for number, row in enumerate(rows):
        if row.strip():
            # Runs of blanks would become one.
            parts.append(
                f'<text x="{MARGIN}" y="{BAR + LINE * number + SIZE}">{coloured(row)}</text>'.replace("  ", PAIR)
            )
    return "\n".join([*parts, "</g>", "</svg>", ""])


def wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, COLUMNS, subsequent_indent="    ", drop_whitespace=False, break_on_hyphens=False) or [""]


def coloured(row: str) -> str:
    if row.startswith("$ "):
        return f'<tspan fill="{DIM}">$</tspan> <tspan font-weight="bold">{escape(row[2:])}</tspan>'
    text = escape(row)
    if re.match(r"^ *(SLOT|SERVICE|STATE) ", row):
        return f'<tspan fill="{DIM}">{text}</tspan>'
    for words, colour in COLOURS:
        text = words.sub(lambda found, colour=colour: f'<tspan fill="{colour}">{found[0]}</tspan>', text)
    return text
