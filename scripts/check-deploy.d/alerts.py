"""The alert rules by promtool and their own tests; rules and dashboard name only metrics that the supervisor has."""

import json
import re
import subprocess
from pathlib import Path

import yaml

from results import must
from settings import DEPLOY

ROOT = DEPLOY.parent
PROMTOOL = ROOT / ".cache/tools/promtool"
METRICS = ROOT / "Sources/Supervision/Status/FleetMetrics.swift"
NAME = re.compile(r"\b(?:pulse|process)_[a-z_]+\b")
# What Prometheus makes of a histogram.
PARTS = re.compile(r"_(?:bucket|sum|count)$")


def check(_: Path) -> str:
    rules = DEPLOY / "prometheus/pulse.rules.yml"
    promtool("check", "rules", str(rules))
    promtool("test", "rules", str(rules.with_name("pulse.rules.test.yml")))
    alerts = [rule for group in yaml.safe_load(rules.read_text())["groups"] for rule in group["rules"]]
    tested = rules.with_name("pulse.rules.test.yml").read_text()
    untested = [rule["alert"] for rule in alerts if f"alertname: {rule['alert']}" not in tested]
    must(not untested, f"alerts without a test: {untested}")
    panels = json.loads((DEPLOY / "grafana/pulse.json").read_text())["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    exported = set(re.findall(r'"((?:pulse|process)_[a-z_]+)"', METRICS.read_text()))
    for expression in [rule["expr"] for rule in alerts] + queries:
        unknown = {PARTS.sub("", name) for name in NAME.findall(expression)} - exported
        must(not unknown, f"no such metric: {', '.join(unknown)} in {expression}")
    return f"{len(alerts)} alerts, {len(queries)} queries of {len(panels)} panels, {len(exported)} metrics"


def promtool(*arguments: str) -> None:
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, check=False)
    must(done.returncode == 0, f"promtool {arguments[0]}: {done.stdout[-1500:]}{done.stderr[-500:]}")
