"""STAC: a catalogue of the labels, one item a labelled tile, with the label, classification and ml-aoi extensions."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from annotation.exports.format import Format, Group
from annotation.exports.geojson import features_of
from annotation.exports.masks import write_tile
from annotation.exports.provenance import provenance
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot
from annotation.exports.stac_models import links_of, write_models
from annotation.exports.table import Bounds, Extent, bounds_of, rings_of

ABOUT = (
    "catalog.json: a STAC 1.0 catalogue with one collection, labels/collection.json, and in labels/<stem>/ an item a "
    "labelled tile: its classes (label and classification extensions), its split (ml-aoi), the scenes that it speaks "
    "of, and its label as GeoJSON or, where it is painted, as class-index GeoTIFF. Tiles without a "
    "place have no geometry. In models/ is an item a version of the model (mlm extension) whose suggestions became "
    "labels; their items link to it."
)
EXTENSIONS = {
    "label": "https://stac-extensions.github.io/label/v1.0.1/schema.json",
    "classification": "https://stac-extensions.github.io/classification/v2.0.0/schema.json",
    "ml-aoi": "https://stac-extensions.github.io/ml-aoi/v0.2.0/schema.json",
}
_STAC = "1.0.0"
_UPWARDS = [
    {"rel": "root", "href": "../catalog.json", "type": "application/json"},
    {"rel": "parent", "href": "../catalog.json", "type": "application/json"},
]
_SPLITS = {"train": "train", "validation": "validate", "test": "test"}
_MANUAL = {"human", "imported", "model_accepted"}


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write catalogue, collection and items."""
    labels, extent, ends = folder / "labels", Extent(), list[str]()
    labels.mkdir()
    links, versions = bytearray(orjson.dumps(_UPWARDS)[:-1]), set[int]()  # as text: there is one a tile
    for record in snapshot:
        versions |= {record["model_version"]} if "model_version" in record else set()
        stem = record["stem"].replace("/", "__")
        place = labels / stem
        place.mkdir()
        item = _item(snapshot, record, stem, _write_label(snapshot, record, place), extent)
        times = [*ends, item["properties"]["datetime"]]
        ends = [min(times), max(times)]
        (place / f"{stem}.json").write_bytes(orjson.dumps(item))
        link = {"rel": "item", "href": f"./{stem}/{stem}.json", "type": "application/geo+json"}
        links += b"," + orjson.dumps(link)
    told = _collection(snapshot, extent, ends) | {"links": orjson.Fragment(bytes(links + b"]"))}
    (labels / "collection.json").write_bytes(orjson.dumps(told))
    models = write_models(snapshot, folder, versions, _STAC)
    _write(folder / "catalog.json", _catalogue(snapshot, models))
    return ABOUT


def _write_label(snapshot: Snapshot, record: Record, place: Path) -> dict[str, Any]:
    """Write what a label says beside its item, and return the asset that names it."""
    told = [
        {"value": item["code"], "name": _plain(item["name"]), "title": item["name"]}
        | {"color_hint": item["colour"][1:].upper()}
        | ({"description": item["definition"]} if "definition" in item else {})
        | ({"group": item["group"]} if "group" in item else {})
        for item in snapshot.used_classes
    ]
    shared = {"roles": ["labels"], "classification:classes": told} if told else {"roles": ["labels"]}
    if snapshot.task.paints:
        write_tile(snapshot, {**record, "stem": "label"}, place)
        return {"href": "./label.tif", "type": "image/tiff; application=geotiff", **shared}
    features = {"type": "FeatureCollection", "features": list(features_of(snapshot, record))}
    (place / "label.geojson").write_bytes(orjson.dumps(features))
    return {"href": "./label.geojson", "type": "application/geo+json", **shared}


def _plain(name: str) -> str:
    """Return a class's name in the letters that the classification extension allows."""
    return re.sub(r"[^0-9A-Za-z_-]+", "-", name)


def _item(snapshot: Snapshot, record: Record, stem: str, asset: dict[str, Any], extent: Extent) -> dict[str, Any]:
    outline = record.get("outline")
    box = {"bbox": list(_added(extent, outline))} if outline else {}
    split = {"ml-aoi:split": _SPLITS[record["split"]]} if record.get("split") in _SPLITS else {}
    when = record.get("acquired") or record["created_at"]
    properties = {
        "datetime": _moment(when),
        "created": record["created_at"],
        "label:description": f"{snapshot.project.name}: {snapshot.task.title}",
        "label:type": "raster" if snapshot.task.paints else "vector",
        "label:properties": None if snapshot.task.paints else list(snapshot.task.columns),
        "label:classes": [{"name": "label", "classes": [item["name"] for item in snapshot.used_classes]}],
        "label:tasks": [snapshot.task.learning],
        "label:methods": ["manual" if record["provenance"] in _MANUAL else "automated"],
        **split,
        **{f"terrascribe:{name}": value for name, value in provenance(record).items() if value is not None},
    }
    sources = [{"rel": "via", "href": f"../../scenes.jsonl#{scene}"} for scene in record.get("scenes", ())]
    return {
        "type": "Feature",
        "stac_version": _STAC,
        "stac_extensions": list(EXTENSIONS.values()),
        "id": stem,
        "collection": "labels",
        "geometry": outline,
        **box,
        "properties": properties,
        "links": [
            {"rel": "root", "href": "../../catalog.json", "type": "application/json"},
            {"rel": "parent", "href": "../collection.json", "type": "application/json"},
            {"rel": "collection", "href": "../collection.json", "type": "application/json"},
            *sources,
            *links_of(record),
        ],
        "assets": {"labels": {**asset, "ml-aoi:role": "label"}},
    }


def _added(extent: Extent, outline: Record) -> Bounds:
    extent.add(outline)
    return bounds_of(rings_of(outline))


def _moment(when: str) -> str:
    """Return a day or a moment as RFC 3339 in UTC."""
    parsed = datetime.fromisoformat(when)
    return parsed.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _collection(snapshot: Snapshot, extent: Extent, ends: list[str]) -> dict[str, Any]:
    return {
        "type": "Collection",
        "stac_version": _STAC,
        "stac_extensions": [],
        "id": "labels",
        "title": snapshot.project.name,
        "description": snapshot.project.description or f"Labels of {snapshot.project.name}",
        "license": snapshot.options.licence or "proprietary",
        "extent": {
            "spatial": {"bbox": [extent.bounds or [-180, -90, 180, 90]]},
            "temporal": {"interval": [ends or [None, None]]},
        },
    }


def _catalogue(snapshot: Snapshot, models: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "Catalog",
        "stac_version": _STAC,
        "id": f"terrascribe-{snapshot.project.pk}",
        "title": snapshot.project.name,
        "description": snapshot.project.description or f"Labels of {snapshot.project.name}",
        "links": [
            {"rel": "root", "href": "./catalog.json", "type": "application/json"},
            {"rel": "child", "href": "./labels/collection.json", "type": "application/json"},
            *models,
        ],
    }


def _write(path: Path, told: dict[str, Any]) -> None:
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


FORMAT = Format(
    group=Group.MAPS,
    title="STAC catalogue",
    text="An item a labelled tile, with classes and split: for catalogues and their tools.",
    lacks=("samples without a label", "earlier versions and other people's answers", "scenes beyond their numbers"),
    write=write,
)
