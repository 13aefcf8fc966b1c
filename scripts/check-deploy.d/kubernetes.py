"""The manifests: Kubernetes' own schemas, and that a pod is given the time that a drain takes."""

from pathlib import Path

import kubernetes_validate
import yaml

from results import must
from settings import DEPLOY, must_be_known, stop_seconds

VERSION = "1.31"
# Custom resources and kustomize's own file, of which Kubernetes has no schema.
FOREIGN = {"ScaledObject", "Kustomization"}


def check(programs: Path) -> str:
    kinds = {}
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        manifest = yaml.safe_load(file.read_text())
        kinds[manifest["kind"]] = manifest
        if manifest["kind"] not in FOREIGN:
            kubernetes_validate.validate(manifest, VERSION, strict=True)
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    must_be_known(programs, {variable["name"] for variable in container["env"]}, "the Deployment")
    seconds = pod["terminationGracePeriodSeconds"]
    must(seconds >= stop_seconds(programs), f"a pod is killed after {seconds} s, in the middle of its drain")
    must(pod.get("enableServiceLinks") is False, "the Service's variables would be taken for settings of Pulse")
    must({"name": "PULSE_STARTUP", "value": "wait"} in container["env"], "a pod gives up while TEI is away")
    ports = {port["name"] for port in container["ports"]}
    probed = {container[probe]["httpGet"]["port"] for probe in ("livenessProbe", "readinessProbe", "startupProbe")}
    must(probed <= ports, f"probes ask ports that there are none of: {probed - ports}")
    labels = kinds["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for kind in ("Service", "PodDisruptionBudget"):
        selector = kinds[kind]["spec"]["selector"]
        must(selector.get("matchLabels", selector).items() <= labels.items(), f"the {kind} selects other pods")
    must(kinds["ScaledObject"]["spec"]["scaleTargetRef"]["name"] == kinds["Deployment"]["metadata"]["name"],
         "KEDA scales another deployment")  # fmt: skip
    files = {file.name for file in (DEPLOY / "kubernetes").glob("*.yaml")}
    must(set(kinds["Kustomization"]["resources"]) <= files, "the kustomization names files that are not there")
    return f"{len(kinds)} manifests, schemas of {VERSION}, {seconds} s to stop"
