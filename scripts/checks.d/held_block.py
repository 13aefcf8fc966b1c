"""A block of a document, run step by step and held against what the document shows."""

import os
from collections.abc import Callable

from documented import ROOT, Block, blocks_of
from results import must
from shown_output import difference

# A command, and whether it is the block's last: its exit status, and both its outputs as a terminal shows them.
Typed = Callable[[str, bool], tuple[int, str]]
# Set, documents are made to show what is printed, instead of being compared with it.
WRITING = "PULSE_WRITE_DOCS"


def hold(block: Block, typed: Typed) -> str:
    """Answers with how much was run. Raises Failed for another status or output than the document promises."""
    steps = block.steps()
    must(steps, f"{block.place}: no command in it")
    statuses = [int(word) for word in block.marks.get("exit status", "0").split()]
    statuses = [0] * (len(steps) - len(statuses)) + statuses
    printed_all = []
    for number, ((command, shown), expected) in enumerate(zip(steps, statuses, strict=True), 1):
        code, printed = typed(command, number == len(steps))
        said = f"{block.place}: {command.strip()!r}"
        must(code == expected, f"{said} left with {code}, not {expected}: {printed[-1500:]}")
        printed_all.append(printed)
        if shown is not None and WRITING not in os.environ and (other := difference(shown, printed)):
            must(False, f"{said}: {other}\nIt printed:\n{printed[-3000:]}")
    if WRITING in os.environ and any(shown is not None for _, shown in steps):
        rewrite(block, printed_all)
    lines = [line for command, _ in steps for line in command.splitlines() if line and not line.startswith("#")]
    return f"{len(lines)} line{'' if len(lines) == 1 else 's'}"


def rewrite(block: Block, printed: list[str]) -> None:
    text = ""
    for (command, shown), output in zip(block.steps(), printed, strict=True):
        text += "$ " + command.replace("\n", "\n> ") + "\n"
        # What it never showed is of no interest; of the rest every line is, and none ends in blanks.
        if shown is not None:
            text += "".join(f"{line.rstrip()}\n" for line in output.strip("\n").splitlines())
    path = ROOT / block.document
    # Blocks above may have grown since this one was read.
    now = next(other for other in blocks_of(block.document) if other.marks == block.marks and other.text == block.text)
    lines = path.read_text().splitlines(keepends=True)
    lines[now.line : now.line + len(block.text.splitlines())] = [text]
    path.write_text("".join(lines))
