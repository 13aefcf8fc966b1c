"""Runs the checks one after the other; scripts/check-docs builds and makes the namespaces."""

import argparse
import functools
from pathlib import Path

import links
import names
import running
from closing import closed
from documented import Block, Malformed, blocks_of, documents
from receiver import receiving
from results import Results, must
from world import World


def well_formed(document: str) -> str:
    blocks = blocks_of(document)
    commands = [block for block in blocks if block.is_commands]
    for block in commands:
        block.steps()
        must("not run" not in block.marks or block.marks["not run"], f"{block.place}: not run, and no reason")
    wrong = names.wrong_runners(document)
    must(not wrong, "\n".join(wrong))
    excused = [f"{block.place} is not run: {block.marks['not run']}" for block in commands if "not run" in block.marks]
    others = [f"{block.place} is run by {block.runner}" for block in commands if block.runner]
    return "\n".join([f"{len(blocks)} blocks, {len(commands)} of commands", *others, *excused])


def true_names(document: str, programs: Path) -> str:
    wrong = names.unknown(document, programs)
    must(not wrong, "\n".join(wrong))
    return "every command, setting, metric, endpoint and path is there"


def true_links(document: str) -> str:
    wrong = links.broken(document)
    must(not wrong, "\n".join(wrong))
    return "every link leads somewhere"


def ours(document: str) -> list[Block]:
    try:
        blocks = blocks_of(document)
    except Malformed:
        return []  # has been told
    return [block for block in blocks if block.is_commands and not block.runner and "not run" not in block.marks]


def main() -> int:
    parser = argparse.ArgumentParser(
        "scripts/check-docs", description="What the documents say, held against what there is"
    )
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--fast", action="store_true", help="run nothing")
    parser.add_argument("--only", action="append", choices=documents(), metavar="DOCUMENT")
    asked = parser.parse_args()
    chosen = asked.only or documents()

    def checks(folder: Path, results: Results) -> None:
        for document in chosen:
            results.run(f"{document}, form", functools.partial(well_formed, document))
            results.run(f"{document}, names", functools.partial(true_names, document, asked.programs))
            results.run(f"{document}, links", functools.partial(true_links, document))
        if asked.fast:
            return
        world = World(folder, asked.programs)
        with world.services(), receiving():
            try:
                world.begin()
                world.fill()
                for document in chosen:
                    for block in ours(document):
                        results.run(block.place, functools.partial(running.run, block, world))
            finally:
                world.close()

    return closed("scripts/check-docs", checks)


if __name__ == "__main__":
    raise SystemExit(main())
