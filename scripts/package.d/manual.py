"""A program's manual page, from what the program says of itself (`--experimental-dump-help`).

Usage: manual.py PROGRAM SECTION >PAGE
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

Command = dict[str, Any]


def escaped(text: str) -> str:
    """As roff reads it: no line begins with a control character, and no hyphen is one to break at."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def name_of(argument: Command) -> str:
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    if argument["kind"] == "positional":
        return f"<{argument['valueName']}>"
    return ", ".join(dashes[name["kind"]] + name["name"] for name in argument["names"])


def heading(argument: Command) -> str:
    bold = f"\\fB{escaped(name_of(argument))}\\fR"
    return f"{bold} \\fI{escaped(argument['valueName'])}\\fR" if argument["kind"] == "option" else bold


def shown(entries: list[Command]) -> list[Command]:
    return [entry for entry in entries if entry.get("shouldDisplay", True)]


def options(command: Command) -> list[str]:
    lines = []
    for argument in shown(command.get("arguments", [])):
        words = argument.get("abstract", "")
        if "defaultValue" in argument and argument["defaultValue"] not in ("", "[]"):
            words += f" (default: {argument['defaultValue']})"
        lines += [".TP", heading(argument), escaped(words)]
    return lines


def paragraphs(text: str) -> list[str]:
    """A block whose lines are indented is a list, and keeps its lines."""
    lines = []
    for block in re.split(r"\n\s*\n", text.strip()):
        for line in block.splitlines():
            if line.startswith("  "):
                name, _, words = line.strip().partition(": ")
                lines += [".TP", f"\\fB{escaped(name)}\\fR", escaped(words)]
            else:
                lines.append(escaped(line.strip()))
        lines.append(".PP")
    return lines


def subcommands(command: Command, path: str) -> list[str]:
    lines = []
    for sub in shown(command.get("subcommands", [])):
        if sub["commandName"] == "help":
            continue
        whole = f"{path} {sub['commandName']}"
        places = [name_of(a) for a in shown(sub.get("arguments", [])) if a["kind"] == "positional"]
        lines += [f".SS {escaped(' '.join([whole, *places]))}", escaped(sub.get("abstract", ""))]
        lines += [".PP", *paragraphs(sub["discussion"])] if sub.get("discussion") else []
        own = [a for a in sub.get("arguments", []) if a.get("valueName") not in ("help", "version")]
        lines += options(sub | {"arguments": own}) + subcommands(sub, whole)
    return lines


def page(command: Command, section: str, version: str) -> str:
    name = command["commandName"]
    lines = [f'.TH {name.upper()} {section} "" "Pulse {version}" "Pulse"', ".SH NAME"]
    lines += [f"{escaped(name)} \\- {escaped(command.get('abstract', '').rstrip('.'))}", ".SH SYNOPSIS"]
    known = [sub for sub in shown(command.get("subcommands", [])) if sub["commandName"] != "help"]
    rest = " \\fIcommand\\fR ..." if known else ""
    lines += [f"\\fB{escaped(name)}\\fR [\\fIoptions\\fR]{rest}", ".SH DESCRIPTION"]
    lines += [*paragraphs(command.get("discussion", "")), ".SH OPTIONS", *options(command)]
    subs = subcommands(command, name)
    lines += [".SH COMMANDS", *subs] if subs else []
    others = [
        other
        for other in ("pulse\\-supervisor(8)", "pulse\\-worker(8)", "pulse\\-api(8)", "pulsectl(1)")
        if not other.startswith(escaped(name) + "(")
    ]
    lines += [
        ".SH FILES",
        ".TP",
        "\\fI/etc/pulse/pulse.env\\fR",
        "The settings of the service.",
        ".TP",
        "\\fI/run/pulse/supervisor.sock\\fR",
        "Where the supervisor answers.",
        ".SH SEE ALSO",
        ", ".join(others),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    program, section = Path(sys.argv[1]), sys.argv[2]
    told = subprocess.run([program, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    sys.stdout.write(page(json.loads(told)["command"], section, version))


if __name__ == "__main__":
    main()
