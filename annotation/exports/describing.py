"""Describing: what every export tells of the project as a whole: project.json, classes.json and scenes.jsonl."""

import json
from pathlib import Path
from typing import Any

import orjson

from annotation.exports import imagery
from annotation.exports.shared import Shared
from annotation.models.label_classes import in_order

VERSION = 2  # of what exports hold; 1 told of labels alone, in annotations.jsonl


def describe(shared: Shared, folder: Path) -> None:
    """Write them into the folder."""
    project, newest = shared.project, shared.project.schemas.first()
    options = {"task_options": project.task_options} if project.task_options else {}
    classes = [item.to_dict() for item in in_order(project.classes.select_related("merged_into"))]
    head = {"project": project.name, "task": project.task, **options, "schema": newest.number if newest else 0}
    _write(folder / "classes.json", head | {"classes": classes})
    _write(folder / "project.json", _project(shared) | {"classes": classes})
    with (folder / "scenes.jsonl").open("wb") as file:
        for scene in imagery.describe(project):
            file.write(orjson.dumps(scene, option=orjson.OPT_APPEND_NEWLINE))


def _project(shared: Shared) -> dict[str, Any]:
    project = shared.project
    return {
        "export_version": VERSION,
        "project": project.name,
        "description": project.description,
        "task": project.task,
        "task_options": project.task_options,
        "scope": project.scope,
        "tile_px": project.tile_px,
        "opinions": project.opinions,
        "grids": [
            {"grid": each.pk, "crs": each.crs or None, "transform": each.transform, "tile_px": each.tile_px}
            | {"ready_made": each.ready_made}
            for each in project.grids.order_by("id")
        ],
        "epochs": [
            {"epoch": each.pk, "name": each.name, "starts": _day(each.starts), "ends": _day(each.ends)}
            for each in project.epochs.order_by("id")
        ],
        "epoch_pairs": list(project.epoch_pairs.order_by("id").values_list("earlier_id", "later_id")),
        "schemas": [
            {"schema": each.number, "created_at": each.created_at.isoformat(), "classes": each.classes}
            for each in project.schemas.order_by("number")
        ],
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _write(path: Path, told: dict[str, Any]) -> None:
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
