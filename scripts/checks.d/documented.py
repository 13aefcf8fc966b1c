"""Blocks of code in a Markdown document, with what the comments before them say of how they are run."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("sh", "bash", "console")
MARKS = ("not run", "run by", "until", "exit status", "without Pulse", "empty collection")
FENCE = re.compile(r"^( *)(```+|~~~+)\s*(\S*)")
ITEM = re.compile(r"^([-*+]|\d+[.)]) ")
MARK = re.compile(r"^\s*<!-- ([a-zA-Z ]+?)(?:: (.*?))? -->\s*$")


class Malformed(Exception):
    """A block that nobody knows how to treat."""


@dataclass
class Block:
    document: str
    line: int
    language: str
    text: str
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def is_commands(self) -> bool:
        return self.language in COMMANDS

    @property
    def runner(self) -> str:
        """Who runs it: "" is scripts/check-docs itself."""
        return self.marks.get("run by", "")

    def steps(self) -> list[tuple[str, str | None]]:
        """Commands, each with the output that is shown; None: none is. A block of mere commands is one step."""
        if self.language != "console":
            return [(self.text, None)]
        steps: list[tuple[str, str | None]] = []
        for line in self.text.splitlines():
            if line.startswith(("$ ", "# ")):
                steps.append((line[2:], ""))
            elif steps and line.startswith("> "):
                steps[-1] = (f"{steps[-1][0]}\n{line[2:]}", "")
            elif steps:
                steps[-1] = (steps[-1][0], f"{steps[-1][1]}{line}\n")
            elif line.strip():
                raise Malformed(f"{self.place}: a console block begins with '$ command', not {line!r}")
        return [(command, shown or None) for command, shown in steps]


def documents() -> list[str]:
    fixed = ["README.md", "CONTRIBUTING.md", "local/README.md"]
    return fixed + sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))


def blocks_of(document: str) -> list[Block]:
    """Raises Malformed for a fence without a language, one that does not end, and marks that nobody knows."""
    return blocks_in(document, (ROOT / document).read_text())


def blocks_in(document: str, text: str) -> list[Block]:
    found: list[Block] = []
    marks: dict[str, str] = {}
    before, in_list = "", False
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if opened := FENCE.match(line):
            indent, fence, language = opened.groups()
            block = Block(document, number, language, "", marks)
            if not language:
                raise Malformed(
                    f"{block.place}: a block without a language: say what it is, text where it is nothing else"
                )
            for mark in marks:
                if mark not in MARKS:
                    raise Malformed(f"{block.place}: the mark {mark!r} is none of {', '.join(MARKS)}")
            for _, inner in lines:
                if inner.strip() == fence:
                    break
                block.text += inner.removeprefix(indent) + "\n"
            else:
                raise Malformed(f"{block.place}: the block does not end")
            found.append(block)
            marks = {}
        elif comment := MARK.match(line):
            name, value = comment.groups()
            # Other comments, such as those around what is generated, are none of ours.
            if name in MARKS:
                marks[name] = value or ""
        elif line.strip():
            if marks:
                raise Malformed(f"{document}:{number}: a mark without a block: {', '.join(marks)}")
            if line.startswith("    ") and not before.strip() and not in_list:
                raise Malformed(f"{document}:{number}: an indented block: put it into a fence that says what it is")
        if line.strip() and not line.startswith(" "):
            in_list = ITEM.match(line) is not None
        before = line
    return found


def blocks_for(runner: str) -> list[Block]:
    """Those that `runner`, such as "scripts/newcomer", is to run, in the order of the documents."""
    # What is wrong with a document that does not name it is others' to tell.
    naming = [name for name in documents() if runner in (ROOT / name).read_text()]
    return [block for name in naming for block in blocks_of(name) if block.is_commands and block.runner == runner]
