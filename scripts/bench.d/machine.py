"""Names the machine: a figure without it says nothing."""

import os
import platform
from pathlib import Path
from typing import Any


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def describe() -> tuple[str, dict[str, Any]]:
    load = os.getloadavg()
    values = {
        "cpu": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory_gib(), 1),
        "kernel": platform.release(),
        "load_average": [round(value, 2) for value in load],
    }
    text = (
        f"{values['cpu']}, {values['cores']} cores, {values['memory_gib']} GiB, Linux {values['kernel']}, "
        f"load average {load[0]:.2f} {load[1]:.2f} {load[2]:.2f} at the start"
    )
    if load[0] > values["cores"] / 4:
        text += "\nThe machine is not idle: latencies below hold for this load only."
    return text, values
