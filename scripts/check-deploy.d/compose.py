"""The compose files: settings that exist, volumes, networks and secrets that are declared, time for a drain."""

from pathlib import Path

import yaml

from results import must
from settings import DEPLOY, must_be_known, stop_seconds


def check(programs: Path) -> str:
    files = sorted(DEPLOY.glob("compose.*.yaml"))
    must(len(files) == 2, "there should be one for development and one for production")
    for file in files:
        one(programs, file)
    return f"{' and '.join(file.name for file in files)}, {stop_seconds(programs)} s to stop"


def one(programs: Path, file: Path) -> None:
    document = yaml.safe_load(file.read_text())
    pulse = document["services"]["pulse"]
    must_be_known(programs, set(pulse["environment"]), file.name)
    seconds = int(pulse["stop_grace_period"].removesuffix("s"))
    must(seconds >= stop_seconds(programs), f"{file.name}: killed after {seconds} s, in the middle of its drain")
    must((DEPLOY / pulse["build"]["context"] / pulse["build"]["dockerfile"]).exists(), f"{file.name}: no Containerfile")
    for name, service in document["services"].items():
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", []) if volume[0] not in "./"}
        must(volumes <= set(document.get("volumes", {})), f"{file.name}: {name} mounts what is not declared: {volumes}")
        must(set(service.get("networks", {})) <= set(document.get("networks", {})), f"{file.name}: {name}'s networks")
        secrets = {secret["source"] for secret in service.get("secrets", [])}
        must(secrets <= set(document.get("secrets", {})), f"{file.name}: {name}'s secrets")
        must(set(service.get("depends_on", [])) <= set(document["services"]), f"{file.name}: {name} waits for nobody")
