"""STAC items of models: which version said what labels took over, with the MLM extension; the weights stay here."""

from pathlib import Path
from typing import Any

import orjson

from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot
from annotation.models import ModelVersion

EXTENSION = "https://stac-extensions.github.io/mlm/v1.4.0/schema.json"
_TASKS = {
    "classification": "classification", "segmentation": "semantic-segmentation", "regression": "regression",
    "object-detection": "object-detection",
}  # fmt: skip


def place_of(number: int) -> str:
    """Return the path of a version's item, from the catalogue's folder on."""
    return f"models/version-{number}/version-{number}.json"


def links_of(record: Record) -> list[dict[str, Any]]:
    """Return the link from a label, which lies in labels/<stem>/, to the version whose suggestion it was."""
    number = record.get("model_version")
    return (
        [{"rel": "derived_from", "href": f"../../{place_of(number)}", "type": "application/geo+json"}] if number else []
    )


def write_models(snapshot: Snapshot, folder: Path, numbers: set[int], stac_version: str) -> list[dict[str, Any]]:
    """Write an item a version that labels name, and return the catalogue's links to them."""
    shared = _input(snapshot)
    links = []
    for version in snapshot.project.model_versions.filter(number__in=numbers).order_by("number"):
        path = folder / place_of(version.number)
        path.parent.mkdir(parents=True)
        path.write_bytes(orjson.dumps(_item(snapshot, version, shared, stac_version)))
        links.append({"rel": "item", "href": f"./{place_of(version.number)}", "type": "application/geo+json"})
    return links


def _item(snapshot: Snapshot, version: ModelVersion, shared: dict[str, Any], stac_version: str) -> dict[str, Any]:
    task = _TASKS[snapshot.task.learning]
    moment = version.created_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "type": "Feature",
        "stac_version": stac_version,
        "stac_extensions": [EXTENSION],
        "id": f"version-{version.number}",
        "geometry": None,
        "properties": {
            "datetime": moment,
            "created": moment,
            "description": f"{version} of {snapshot.project.name}, fitted on {version.labels} labels.",
            "mlm:name": f"{snapshot.project.name}, version {version.number}",
            "mlm:architecture": version.encoder_name or "unknown",
            "mlm:tasks": [task],
            "mlm:input": [shared],
            "mlm:output": [_output(snapshot, task)],
            "mlm:hyperparameters": {"encoder": version.encoder, "labels": version.labels},
        },
        "links": [
            {"rel": "root", "href": "../../catalog.json", "type": "application/json"},
            {"rel": "parent", "href": "../../catalog.json", "type": "application/json"},
        ],
        "assets": {},
    }


def _input(snapshot: Snapshot) -> dict[str, Any]:
    """Return what a version is shown: a tile of all bands that the project's scenes have."""
    sensors = {str(scene.sensor): scene.get_sensor() for scene in snapshot.project.scenes.select_related("asset")}
    bands = list(dict.fromkeys(band.name for _, sensor in sorted(sensors.items()) for band in sensor.bands))
    side = snapshot.project.tile_px
    shape = {"shape": [-1, max(len(bands), 1), side, side], "dim_order": ["batch", "bands", "height", "width"]}
    return {"name": "tile", "bands": bands, "input": shape | {"data_type": "float32"}}


def _output(snapshot: Snapshot, task: str) -> dict[str, Any]:
    classes = [
        {"value": each["code"], "name": each["name"]}
        | ({"description": each["definition"]} if "definition" in each else {})
        for each in sorted(snapshot.used_classes, key=lambda each: each["code"])  # as the model counts them
    ]
    side, kinds = snapshot.project.tile_px, max(len(classes), 1)
    pixels = task == "semantic-segmentation"
    shape = [-1, kinds, side, side] if pixels else [-1, kinds]
    order = ["batch", "class", "height", "width"] if pixels else ["batch", "class"]
    result = {"shape": shape, "dim_order": order, "data_type": "float32"}
    return {"name": "label", "tasks": [task], "result": result} | (
        {"classification:classes": classes} if classes else {}
    )
