"""Names in documents that the code must know: commands and options, settings, metrics, exit statuses, paths."""

import functools
import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from documented import ROOT, blocks_of

# The product's own interface, which is gone or was never ours.
FOREIGN_ENDPOINTS = ("docs/migration.md",)
# Tells of every command and exit status.
COMPLETE = "docs/operating.md"
CODE = ("Sources", "scripts", "local", "deploy", "systemd", "packaging", "Tests")
SUFFIXES = (".swift", ".lua", ".py", ".json", ".yml", ".yaml", ".sh", ".service", ".socket", ".c", ".h", ".js", "")


@dataclass
class Code:
    """What the code knows, by kind."""

    commands: dict[str, set[str]]  # "jobs show": its options
    statuses: set[int]
    text: str
    settings: set[str] = field(default_factory=set)

    def knows(self, word: str) -> bool:
        return re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", self.text) is not None


def dumped(program: Path) -> dict:
    command = [program, "--experimental-dump-help"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["command"]


def options(command: dict) -> set[str]:
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    named = {"--help", "-h", "--version"}
    for argument in command.get("arguments", []):
        named |= {dashes[name["kind"]] + name["name"] for name in argument.get("names", [])}
    return named


def subcommands(command: dict, path: tuple[str, ...] = ()) -> dict[str, set[str]]:
    found = {" ".join(path): options(command)}
    for below in command.get("subcommands", []):
        found |= subcommands(below, (*path, below["commandName"]))
    return found


@functools.cache
def code(programs: Path) -> Code:
    supervisor = dumped(programs / "pulse-supervisor")
    control = dumped(programs / "pulsectl")
    commands = subcommands(control)
    # `pulsectl jobs failed` is `pulsectl jobs list failed`.
    commands["jobs"] |= commands["jobs list"]
    told = supervisor["discussion"] + control["discussion"]
    said = re.findall(r"Exit (?:codes?|status): (.*?)\.(?:\s|$)", told, re.DOTALL)
    statuses = {int(number) for line in said for number in re.findall(r"\b\d+\b", line)}
    texts = []
    for folder in CODE:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in SUFFIXES and ".d/__pycache__" not in str(path):
                texts.append(path.read_text(errors="replace"))
    settings = set(re.findall(r"PULSE_[A-Z_]+", supervisor["discussion"]))
    return Code(commands, statuses, "\n".join(texts), settings)


def unknown(document: str, programs: Path) -> list[str]:
    """What a document names and the code does not know, a line each."""
    text = (ROOT / document).read_text()
    known = code(programs)
    wrong = wrong_commands(text, known)
    if document == COMPLETE:
        wrong += missing(text, known)
    for name in sorted(set(re.findall(r"\bPULSE_[A-Z][A-Z_]*[A-Z]\b", text)) - known.settings):
        if not known.knows(name):
            wrong.append(f"nothing reads {name}")
    for name in sorted(set(re.findall(r"`((?:pulse|process)_[a-z_]+)[`{]", text))):
        if not known.knows(name):
            wrong.append(f"there is no {name}")
    for number in {int(found) for found in re.findall(r"\bexit (?:status )?(\d+)", text)}:
        if number not in known.statuses:
            wrong.append(f"no program of ours leaves with {number}")
    if document not in FOREIGN_ENDPOINTS:
        for path in sorted(set(re.findall(r"`?(?:GET|POST|PUT|DELETE) (/[A-Za-z0-9_./-]*)", text))):
            if not has_endpoint(path, known.text):
                wrong.append(f"nothing answers at {path}")
    for name in sorted(
        set(re.findall(r"`(?:\./)?((?:scripts|docs|local|deploy|systemd|Sources|Tests)/[\w./*-]+)", text))
    ):
        if not any(ROOT.glob(name.rstrip("/"))):
            wrong.append(f"there is no {name}")
    for words in re.findall(r"^\| `([^`|]* [^`|]*)` \|", text, re.MULTILINE):
        # What a message says, at the head of a table's row; a command is looked up elsewhere.
        if not re.match(r"(pulsectl|GET|POST|rq|PULSE_|systemctl) ?", words) and words not in known.text:
            wrong.append(f"no program says {words!r}")
    return [f"{document}: {line}" for line in wrong]


def missing(text: str, known: Code) -> list[str]:
    """What the operator's document must tell of, all of it."""
    wrong = [
        f"it does not tell of pulsectl {name}"
        for name in known.commands
        if name and name not in ("jobs list",) and not re.search(rf"pulsectl {name}\b", text)
    ]
    section = text.partition("## Exit statuses")[2].partition("\n## ")[0]
    rows = [row.split("|")[2] for row in section.splitlines() if row.startswith("|")]
    told = {int(number) for cell in rows for number in re.findall(r"\d+", cell)}
    return wrong + [f"it does not tell of exit status {number}" for number in sorted(known.statuses - told)]


def has_endpoint(path: str, code_text: str) -> bool:
    """Its fixed parts stand in the code: what is in capitals is a place for something else."""
    fixed = re.split(r"/[A-Z]{2,}|/<", path)[0].rstrip("/") or "/"
    return f'"{fixed}' in code_text or f"{fixed}/" in code_text or f'{fixed}"' in code_text or f"{fixed}," in code_text


def wrong_commands(text: str, known: Code) -> list[str]:
    """`pulsectl WORD ... --option`, in code."""
    wrong = []
    spans = re.findall(r"`([^`\n]+)`", text) + [
        line for line in text.splitlines() if "pulsectl " in line and "`" not in line
    ]
    for span in spans:
        for found in re.finditer(r"(?<![\w/-])pulsectl((?: [^\s|;&)#'\"]+)*)", span):
            words = found[1].split()
            if not words or words[0] in ("help", "is", "does", "doctor:", "and"):
                continue
            name = words[0]
            alternatives = name.split("|")
            if any(each not in known.commands and not each.startswith("-") for each in alternatives):
                wrong.append(f"pulsectl has no {name}")
                continue
            if len(words) > 1 and f"{name} {words[1]}" in known.commands:
                name = f"{name} {words[1]}"
            for option in re.findall(r"(?<=\s)(--?[a-z][a-z-]*)", f" {' '.join(words)}"):
                if option not in known.commands.get(name, set()) | known.commands[""]:
                    wrong.append(f"pulsectl {name} has no {option}")
    return wrong


def wrong_runners(document: str) -> list[str]:
    """A mark names a script that takes blocks out of documents, and a check that it has."""
    wrong = []
    for block in blocks_of(document):
        if not block.runner:
            continue
        script, _, only = block.runner.partition(" --only ")
        if not (ROOT / script).is_file():
            wrong.append(f"{block.place}: there is no {script}")
            continue
        parts = [ROOT / script, *(ROOT / f"{script}.d").glob("*.py")]
        texts = "\n".join(part.read_text() for part in parts)
        takes = "documented" in texts or Path(document).name in texts
        if not takes or (only and only not in texts and only.replace("-", "_") not in texts):
            wrong.append(f"{block.place}: {block.runner} does not run what documents hold")
    return wrong
