"""TerraTorch: pairs of chips with their own bands and labels as class indices, ready for training."""

import json
from pathlib import Path

import numpy as np
import rasterio

from annotation.exports.format import Format, Group
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot
from mlcore.raster.cut import cut_tile

ABOUT = (
    "chips/<stem>_data.tif: each labelled tile of its newest scene in that scene's own bands and numbers; "
    "chips/<stem>_label.tif: its classes as indices from 0, -1 where nothing was said (no_label_replace is not needed, "
    "ignore_index is -1). labels.json names the indices. splits/train.txt, val.txt and test.txt list stems, as "
    "GenericNonGeoSegmentationDataModule reads them with img_grep '*_data.tif' and label_grep '*_label.tif'; without "
    "splits all are in train.txt."
)
_LISTS = {"train": "train", "validation": "val", "test": "test"}
UNSAID = -1


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write a pair a label, and the lists of splits."""
    classes = snapshot.indexed_classes
    indices = {item["code"]: index for index, item in enumerate(classes)}
    (folder / "chips").mkdir()
    lists: dict[str, list[str]] = {name: [] for name in _LISTS.values()}
    for record in snapshot:
        if not _write_pair(snapshot, record, folder / "chips", indices):
            continue
        if listed := _LISTS.get(record.get("split", "train")):
            lists[listed].append(record["stem"])
    named = {str(index): {"code": item["code"], "name": item["name"]} for index, item in enumerate(classes)}
    told = {"num_classes": len(classes), "ignore_index": UNSAID, "classes": named}
    (folder / "labels.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    (folder / "splits").mkdir()
    for name, stems in lists.items():
        (folder / "splits" / f"{name}.txt").write_text("".join(f"{stem}\n" for stem in stems), encoding="utf-8")
    return ABOUT


def _write_pair(snapshot: Snapshot, record: Record, folder: Path, indices: dict[int, int]) -> bool:
    scene = snapshot.newest_scene(record)
    if scene is None:
        return False
    cell = snapshot.cell(record)
    stem = folder / record["stem"]
    stem.parent.mkdir(parents=True, exist_ok=True)
    data = stem.with_name(f"{stem.name}_data.tif")
    cut_tile(scene.file, data, cell.spec, cell.column, cell.row, size=(cell.height, cell.width))
    label = np.full((cell.height, cell.width), UNSAID, np.int16)
    for code, pixels in snapshot.regions(record):
        label[cell.inside(pixels)] = indices.get(code, UNSAID)
    placed = {"crs": cell.spec.crs, "transform": cell.transform} if cell.spec.crs else {}
    profile = {"driver": "GTiff", "count": 1, "height": cell.height, "width": cell.width, "dtype": "int16", **placed}
    path = stem.with_name(f"{stem.name}_label.tif")
    with rasterio.open(path, "w", nodata=UNSAID, compress="DEFLATE", **profile) as file:
        file.write(label, 1)
    return True


FORMAT = Format(
    group=Group.TRAINING,
    title="TerraTorch pairs",
    text="Chips in their own bands beside class-index labels, with lists of splits: for TerraTorch and TorchGeo.",
    lacks=("who said what, when and how surely", "samples without a label or without imagery", "scenes but the newest"),
    write=write,
)
