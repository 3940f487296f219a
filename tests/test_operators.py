"""What operators set: each variable that settings read reaches compose and Kubernetes, or is said not to."""

import ast
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_kubernetes import CONTAINERS, DOCUMENTS, FOLDER, OURS, PAGE, PODS, WORKLOADS, of_kind

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OF_THE_IMAGE = (ROOT / "Dockerfile").read_text()

ABSENT = {  # and why an operator of containers needs none of them
    "CACHE_DIR": "of the image",
    "DEBUG_PAGES": "for development",
    "DEMO_PASSWORD": "there is no demo in production",
    "GDAL_LIBRARY_PATH": "the wheels have it",
    "GEOS_LIBRARY_PATH": "the wheels have it",
    "NODE_MODULES": "of the image",
    "STATIC_ROOT": "of the image",
    "TERRASCRIBE_SAMPLES": "of the demo",
    "TEST_DATABASE_NAME": "for tests",
}
IN_KUBERNETES = {"DATA_DIR"}  # of the image in compose
SECRET = {"SECRET_KEY", "DATABASE_URL", "METRICS_TOKEN", "STORAGE_URL", "S3_ENDPOINT"}  # of the cluster
OWN = {"DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "BEHIND_PROXY", "DATA_DIR", "LOG_FORMAT"}  # not at the default


def read_by_settings() -> dict[str, Any]:
    """Return the names that the settings read from the environment, each with its default; `...` where that depends."""
    told = dict[str, Any]()
    files = ROOT.glob("webapp/settings/*.py")
    for call in (node for file in files for node in ast.walk(ast.parse(file.read_text()))):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and ast.unparse(call.func.value) == "env"
        ):
            name, *rest = call.args
            try:
                told[ast.literal_eval(name)] = ast.literal_eval(rest[0]) if rest else ...
            except ValueError:
                told[ast.literal_eval(name)] = ...
    return told


READ = read_by_settings()
APP: dict[str, Any] = COMPOSE["x-app"]
NEEDED = set(READ) - set(ABSENT)


def test_it_works() -> None:
    assert {"SECRET_KEY", "BASEMAPS_FILE", "MOUNTED_FOLDERS", "REMOTE_HOSTS", "METRICS_TOKEN"} < set(READ)
    assert set(ABSENT) < set(READ)


def test_compose_hands_on_every_setting() -> None:
    assert NEEDED - IN_KUBERNETES == NEEDED & set(APP["environment"])
    for name in ("DATA_DIR", *[name for name, why in ABSENT.items() if why == "of the image"]):
        assert f"{name}=" in OF_THE_IMAGE


def test_kubernetes_hands_on_every_setting() -> None:
    written = set(of_kind("ConfigMap")[OURS]["data"])
    assert NEEDED - SECRET - {"REDIS_URL"} == NEEDED & written
    assert {name for name in SECRET if name not in PAGE} == set()
    for name, container in CONTAINERS.items():
        if container["image"] == OURS:
            sources = [next(iter(each.values()))["name"] for each in container["envFrom"]]
            assert sources == [OURS, OURS], name  # settings, then secrets, which win
            assert "REDIS_URL" in {each["name"] for each in container["env"]} or name.startswith("migrate"), name


def test_what_is_written_down_is_the_default() -> None:
    written = of_kind("ConfigMap")[OURS]["data"]
    for name in set(written) - OWN:
        if READ[name] is not ...:
            assert written[name] == _text(READ[name]), name
    for name, value in APP["environment"].items():
        if name in READ and READ[name] is not ... and str(value).startswith("${") and ":-" in value:
            assert value.removesuffix("}").partition(":-")[2] in (_text(READ[name]), "true"), name


def _text(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if not default and not isinstance(default, int):
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_files_and_folders_that_settings_name_are_mounted_in_compose() -> None:
    mounts = {target: (source, mode) for source, target, mode in map(_mount, APP["volumes"])}
    for name in ("BASEMAPS_FILE", "SENSORS_FILE"):
        inside = APP["environment"][name].removeprefix(f"${{{name}:+").removesuffix("}")
        assert mounts[inside] == (f"${{{name}:-/dev/null}}", "ro"), name
    assert mounts["/mounted"] == ("${MOUNTED_DIR:-mounted}", "ro")
    assert {"mounted", "data", "encoders"} <= set(COMPOSE["volumes"])
    assert all(
        service["volumes"] == APP["volumes"] for service in COMPOSE["services"].values() if service.get("image") == OURS
    )


def _mount(text: str) -> tuple[str, str, str]:
    source, _, rest = text.rpartition(":/")
    inside, _, mode = rest.partition(":")
    return source, f"/{inside}", mode


def test_files_that_settings_name_are_mounted_in_the_cluster() -> None:
    for name, container in CONTAINERS.items():
        if container["image"] == OURS:
            mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
            assert mounts["/config"]["readOnly"] is True, name
    for name, pod in PODS.items():
        asked = [volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume]
        assert asked == ([] if name == "redis" else ["files"]), name
    assert "files" in of_kind("ConfigMap")


def test_mounted_folders_are_seen_by_every_process_of_ours() -> None:
    overlay = yaml.safe_load((FOLDER / "mounted-folders" / "kustomization.yaml").read_text())
    for_pods, for_settings = overlay["patches"]
    patched = {name for name, each in WORKLOADS.items() if each["kind"] == for_pods["target"]["kind"]}
    assert patched == {"web", "interactive", "batch", "training", "beat"}
    for name in patched:
        pod = _patched(WORKLOADS[name], yaml.safe_load(for_pods["patch"]))["spec"]["template"]["spec"]
        mount = pod["containers"][0]["volumeMounts"][-1]
        assert (mount["name"], mount["mountPath"], mount["readOnly"]) == ("mounted", "/mounted", True)
        assert pod["volumes"][-1]["name"] == "mounted"
    settings = of_kind("ConfigMap")[for_settings["target"]["name"]]
    told = _patched(settings, yaml.safe_load(for_settings["patch"]))["data"]["MOUNTED_FOLDERS"]
    assert told == "archive=/mounted"


def _patched(document: dict[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a JSON patch makes of a document; what is replaced must be there, what is added to must be a list."""
    made = deepcopy(document)
    for step in steps:
        *way, last = step["path"].split("/")[1:]
        place: Any = made
        for part in way:
            place = place[int(part) if isinstance(place, list) else part]
        if step["op"] == "add":
            assert last == "-"
            place.append(step["value"])
        else:
            assert (step["op"], last in place) == ("replace", True)
            place[last] = step["value"]
    return made


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_what_is_left_out_is_told_of_nowhere(name: str) -> None:
    assert name not in APP["environment"]
    assert not [each for each in DOCUMENTS if each["kind"] == "ConfigMap" and name in each["data"]]
