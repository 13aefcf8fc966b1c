"""Relative links lead to files that are there, and to headings that they have."""

import re
from pathlib import Path

from documented import ROOT

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """As forges make them of headings: small, without punctuation, blanks as hyphens."""
    made = set()
    for heading in re.findall(r"^#+ (.*)$", FENCED.sub("", text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        made.add(re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-"))
    return made


def broken(document: str, root: Path = ROOT) -> list[str]:
    """What is wrong, a line each."""
    text = (root / document).read_text()
    wrong = []
    for found in LINK.finditer(FENCED.sub("", text)):
        target = found[1] or found[2]
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (root / document).parent / name if name else root / document
        if not path.exists():
            wrong.append(f"{document}: {target} leads nowhere")
        elif anchor and anchor not in anchors(path.read_text()):
            wrong.append(f"{document}: {target}: no such heading")
    return wrong
