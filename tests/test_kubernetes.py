"""The manifests of deploy/kubernetes: valid, safe by default, and about what there is in code and docker-compose."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from annotation.models.jobs import JobKind
from tests.test_architecture import README

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "deploy" / "kubernetes"
VERSION = "1.30"  # and newer: nothing that is used here has gone since
OURS = "terrascribe"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PAGE = (ROOT / "docs" / "kubernetes.md").read_text()
DOCUMENTS: list[dict[str, Any]] = [
    document
    for file in sorted(FOLDER.glob("*.yaml"))
    if file.name != "kustomization.yaml"
    for document in yaml.safe_load_all(file.read_text())
]
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
TRIGGER = {
    "type": "object",
    "required": ["type", "metadata", "authenticationRef"],
    "properties": {
        "type": {"const": "redis"},
        "metadata": {
            "type": "object",
            "required": ["address", "listName", "listLength"],
            "additionalProperties": False,
            "properties": dict.fromkeys(["address", "listName", "listLength", "databaseIndex"], {"type": "string"}),
        },
        "authenticationRef": {"type": "object", "required": ["name"]},
    },
}
KEDA = {  # what KEDA's own definitions ask for, of what is used here
    "ScaledObject": {
        "type": "object",
        "required": ["scaleTargetRef", "triggers"],
        "additionalProperties": False,
        "properties": {
            "scaleTargetRef": {"type": "object", "required": ["name"]},
            **dict.fromkeys(
                ["minReplicaCount", "maxReplicaCount", "pollingInterval", "cooldownPeriod"], {"type": "integer"}
            ),
            "advanced": {"type": "object"},
            "triggers": {"type": "array", "minItems": 1, "items": TRIGGER},
        },
    },
    "TriggerAuthentication": {
        "type": "object",
        "required": ["secretTargetRef"],
        "properties": {
            "secretTargetRef": {"items": {"type": "object", "required": ["parameter", "name", "key"]}},
        },
    },
}


def of_kind(*kinds: str) -> dict[str, dict[str, Any]]:
    """Return the documents of some kinds by name."""
    return {each["metadata"]["name"]: each for each in DOCUMENTS if each["kind"] in kinds}


WORKLOADS = of_kind("Deployment", "StatefulSet", "Job")
PODS = {name: each["spec"]["template"]["spec"] for name, each in WORKLOADS.items()}
CONTAINERS = {
    f"{name}/{container['name']}": container
    for name, pod in PODS.items()
    for container in [*pod.get("initContainers", []), *pod["containers"]]
}
MAIN = {name: pod["containers"][0] for name, pod in PODS.items()}


def name_of(document: dict[str, Any]) -> str:
    return f"{document['kind']} {document['metadata']['name']}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_it_works(document: dict[str, Any]) -> None:
    if document["kind"] in KEDA:
        assert document["apiVersion"] == "keda.sh/v1alpha1"
        jsonschema.validate(document["spec"], KEDA[document["kind"]])
    else:
        kubernetes_validate.validate(document, VERSION, strict=True)


def test_a_wrong_word_would_be_noticed() -> None:
    document = yaml.safe_load((FOLDER / "beat.yaml").read_text())
    document["spec"]["template"]["spec"]["containers"][0]["resource"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document, VERSION, strict=True)


def test_every_file_is_applied() -> None:
    files = {file.name for file in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(KUSTOMIZATION["resources"]) == files


def test_there_is_one_process_of_each_kind_that_compose_has() -> None:
    assert set(WORKLOADS) == {"web", "interactive", "batch", "training", "beat", "migrate", "redis"}
    for name in ("interactive", "batch", "training", "beat", "migrate"):
        asked, here = COMPOSE[name]["command"], MAIN[name]["command"]
        assert here == asked, name
    assert "command" not in MAIN["web"]  # the image's own, as in compose
    assert MAIN["redis"]["command"][2] == COMPOSE["redis"]["command"][2].replace("$$", "$") + " --dir /data"


def test_images_are_those_of_compose() -> None:
    images = {name: container["image"] for name, container in CONTAINERS.items()}
    assert images.pop("redis/redis") == COMPOSE["redis"]["image"]
    assert set(images.values()) == {COMPOSE["web"]["image"]} == {KUSTOMIZATION["images"][0]["name"]}


def test_queues_are_those_that_jobs_wait_in() -> None:
    lanes = {kind.lane for kind in JobKind}
    queues = {
        name: set(command[command.index("-Q") + 1].split(","))
        for name, container in MAIN.items()
        if "-Q" in (command := container.get("command", []))
    }
    assert set.union(*queues.values()) == lanes
    for name, scaled in of_kind("ScaledObject").items():
        (trigger,) = scaled["spec"]["triggers"]
        target = scaled["spec"]["scaleTargetRef"]["name"]
        assert trigger["metadata"]["listName"] in queues[target], name
        assert "replicas" not in WORKLOADS[target]["spec"]  # or each apply would undo what the scaler did
        assert trigger["metadata"]["address"] == f"redis.{KUSTOMIZATION['namespace']}.svc:6379"
        assert trigger["authenticationRef"]["name"] in of_kind("TriggerAuthentication")


def test_there_is_exactly_one_clock() -> None:
    clock = WORKLOADS["beat"]["spec"]
    assert (clock["replicas"], clock["strategy"]["type"]) == (1, "Recreate")
    scaled = {
        each["spec"]["scaleTargetRef"]["name"] for each in of_kind("ScaledObject", "HorizontalPodAutoscaler").values()
    }
    assert "beat" not in scaled and "training" not in scaled


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_may_do_no_more_than_they_must(name: str) -> None:
    container, pod = CONTAINERS[name], PODS[name.split("/")[0]]
    assert pod["securityContext"]["runAsNonRoot"] is True and pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    safe = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert container["securityContext"] == safe
    assert {"cpu", "memory"} <= set(container["resources"]["requests"]) and container["resources"]["limits"]["memory"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert "/tmp" in mounts.values() and "/data" in mounts.values()
    claimed = {
        each["metadata"]["name"] for each in WORKLOADS[name.split("/")[0]]["spec"].get("volumeClaimTemplates", [])
    }
    assert set(mounts) <= {volume["name"] for volume in pod["volumes"]} | claimed


def test_everything_that_lasts_is_probed() -> None:
    assert [name for name in PODS if name != "migrate" and "livenessProbe" not in MAIN[name]] == []
    probes = [MAIN["web"][f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")]
    assert {probe["path"] for probe in probes} == {"/healthz/"}
    hosts = of_kind("ConfigMap")[OURS]["data"]["ALLOWED_HOSTS"].split(",")
    assert {header["value"] for probe in probes for header in probe["httpHeaders"]} <= set(hosts)
    ingress = of_kind("Ingress")["web"]["spec"]
    assert {rule["host"] for rule in ingress["rules"]} | set(ingress["tls"][0]["hosts"]) <= set(hosts)


def test_settings_are_known() -> None:
    table = README.split("## Settings")[1].split("## The tree")[0]
    known = set(re.findall(r"`([A-Z][A-Z_]+)`", table)) | {"OMP_NUM_THREADS", "REDIS_PASSWORD", "REDISCLI_AUTH"}
    named = set(of_kind("ConfigMap")[OURS]["data"])
    named |= {each["name"] for container in CONTAINERS.values() for each in container.get("env", [])}
    assert named <= known


def test_secrets_are_named_and_never_written_down() -> None:
    assert not of_kind("Secret")
    told = set(re.findall(r"--from-literal=([A-Z_]+)=", PAGE))
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_PASSWORD"} <= told
    secret = re.compile(r"SECRET|PASSWORD|TOKEN$|AUTH$|DATABASE_URL|_KEY")
    for name, container in CONTAINERS.items():
        written = {each["name"] for each in container.get("env", []) if "value" in each}
        assert [each for each in written if secret.search(each)] == [], name
        asked = [each["valueFrom"]["secretKeyRef"] for each in container.get("env", []) if "valueFrom" in each]
        assert {(ref["name"], ref["key"]) for ref in asked} <= {(OURS, key) for key in told}
    assert not [name for name in of_kind("ConfigMap")[OURS]["data"] if secret.search(name)]


def test_what_is_referred_to_is_there() -> None:
    for name, each in WORKLOADS.items():
        labels = each["spec"]["template"]["metadata"]["labels"]
        if "selector" in each["spec"]:
            assert each["spec"]["selector"]["matchLabels"] == labels, name
        volumes = PODS[name]["volumes"]
        claims = [each["persistentVolumeClaim"]["claimName"] for each in volumes if "persistentVolumeClaim" in each]
        assert set(claims) <= set(of_kind("PersistentVolumeClaim"))
        files = [each["configMap"]["name"] for each in volumes if "configMap" in each]
        assert set(files) <= set(of_kind("ConfigMap"))
        assert len(claims) + len(files) + sum("emptyDir" in each for each in volumes) == len(volumes)
    for name, service in of_kind("Service").items():
        assert service["spec"]["selector"] == WORKLOADS[name]["spec"]["selector"]["matchLabels"]
        ports = {port["name"] for port in MAIN[name]["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    backend = of_kind("Ingress")["web"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] in of_kind("Service")


def test_no_process_of_a_release_starts_before_its_migrations_ran() -> None:
    for name in ("web", "interactive", "batch", "training", "beat"):
        (waits,) = PODS[name]["initContainers"]
        assert waits["command"] == ["python", "manage.py", "migrate", "--check"]


def test_with_object_storage_no_folder_is_shared() -> None:
    overlay = yaml.safe_load((FOLDER / "object-storage" / "kustomization.yaml").read_text())
    for patch in overlay["patches"][:2]:
        (step,) = yaml.safe_load(patch["patch"])
        assert (step["op"], step["path"], step["value"]["name"]) == ("replace", "/spec/template/spec/volumes/0", "data")
    shared = [name for name, pod in PODS.items() if pod["volumes"][0].get("persistentVolumeClaim")]
    kinds = {WORKLOADS[name]["kind"] for name in shared}
    assert kinds == {patch["target"]["kind"] for patch in overlay["patches"][:2]}
    assert all(PODS[name]["volumes"][0]["name"] == "data" for name in shared)
    assert yaml.safe_load(overlay["patches"][2]["patch"])["metadata"]["name"] in of_kind("PersistentVolumeClaim")
