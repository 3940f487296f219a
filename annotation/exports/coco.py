"""COCO: images, annotations and categories in one JSON file; masks as run lengths, lossless."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
from shapely import Polygon

from annotation.exports.cells import Cell
from annotation.exports.format import Format, Group
from annotation.exports.images import picture_name
from annotation.exports.objects import things_of
from annotation.exports.provenance import place, provenance
from annotation.exports.records import Record
from annotation.exports.shapes import left_over, run_lengths
from annotation.exports.snapshot import Snapshot
from annotation.tasks.thing import Thing

ABOUT = (
    "annotations.coco.json: images are tiles ('geo' says where), categories are classes by their codes, as they are "
    "listed, with their group as 'supercategory'. A class of a whole tile is a box around it; a mask is one annotation "
    "a class with run lengths (uncompressed RLE), and one for each shape that was drawn, with the corners that it was "
    "drawn with (those with holes as run lengths). 'attributes' says who or what made a label. The files of "
    "'file_name' are there when pictures were asked for."
)
ABOUT_OBJECTS = (
    " A box is one annotation: 'bbox' upright around it, its corners in 'segmentation', and where it is turned "
    "'rotated_bbox' with centre x, y, width, height and angle (degrees clockwise); a point is a keypoint. 'score' says "
    "how sure a model was. Images without annotations are tiles on which there is nothing."
)
ABOUT_CHIPS = " Of ready-made chips 'files' names the files as they came."


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write annotations.coco.json in one pass over the labels."""
    path = folder / "annotations.coco.json"
    with path.open("wb") as file, tempfile.TemporaryFile("w+b", dir=folder) as spool:
        head = {"description": snapshot.project.name, "task": snapshot.project.task, "schema": snapshot.schema}
        told = b'{"info":%s,"licenses":[],"categories":%s,"images":['
        file.write(told % (orjson.dumps(head), orjson.dumps(categories(snapshot))))
        number = 0
        for index, record in enumerate(snapshot):
            file.write(b",\n" if index else b"\n")
            file.write(orjson.dumps(_image(snapshot, record)))
            for annotation in _annotations(snapshot, record):
                number += 1
                spool.write(b",\n" if number > 1 else b"\n")
                spool.write(orjson.dumps({"id": number, **annotation}))
        file.write(b'\n],"annotations":[')
        spool.seek(0)
        shutil.copyfileobj(spool, file, 2**20)
        file.write(b"\n]}\n")
    about = ABOUT + (ABOUT_OBJECTS if snapshot.task.names_objects else "")
    return about + (ABOUT_CHIPS if snapshot.has_chips else "")


def categories(snapshot: Snapshot) -> list[Record]:
    """Return the classes in use, merged ones left out: their labels name the class that they became part of."""
    return [
        {"id": item["code"], "name": item["name"], "supercategory": item.get("group", "")}
        | {"color": list(snapshot.colours[item["code"]])}
        | ({"definition": item["definition"]} if "definition" in item else {})
        | ({"keypoints": ["point"], "skeleton": []} if snapshot.task.points else {})
        for item in snapshot.used_classes
    ]


def _image(snapshot: Snapshot, record: Record) -> Record:
    cell = snapshot.cell(record)
    geo = {
        "grid": record["grid"],
        "column": record["column"],
        "row": record["row"],
        "crs": cell.spec.crs,
        "transform": cell.numbers,
        "outline": record.get("outline"),
    }
    files = {"files": record["tile_files"]} if "tile_files" in record else {}
    return {
        "id": record["sample"],
        "file_name": picture_name(record),
        "width": cell.width,
        "height": cell.height,
        **files,
        "geo": geo,
        "place": place(record),
    }


def _annotations(snapshot: Snapshot, record: Record) -> Iterator[Record]:
    shared = {"image_id": record["sample"], "iscrowd": 0, "attributes": provenance(record)}
    cell = snapshot.cell(record)
    for thing in things_of(snapshot, record) if snapshot.task.names_objects else ():
        yield {"category_id": thing.code, **(_box(thing) if thing.width else _point(thing)), **shared}
    drawn = snapshot.drawn(record)
    for code, region in snapshot.regions(record):
        outlines = [polygon for polygon in drawn.get(code, ()) if not polygon.interiors]  # COCO knows no holes
        for outline in outlines:
            yield {"category_id": code, **_outline(outline), **shared}
        if region is None:
            yield {"category_id": code, **_whole(cell), **shared}
        elif (left := left_over(region, outlines)).any():
            yield {"category_id": code, **_area(left), **shared}


def _whole(cell: Cell) -> Record:
    """Return a whole tile, as a polygon, too: readers of COCO make masks of nothing else."""
    width, height = cell.width, cell.height
    outline = [0, 0, width, 0, width, height, 0, height]
    return {"bbox": [0, 0, width, height], "area": width * height, "segmentation": [outline]}


def _box(thing: Thing) -> Record:
    """Return a box: the upright one around it, its corners, and turned ones as they were drawn, too."""
    left, top, right, bottom = thing.bounds()
    told = {
        "bbox": [left, top, right - left, bottom - top],
        "area": thing.width * thing.height,
        "segmentation": [thing.corners().ravel().tolist()],
    }
    turned = {"rotated_bbox": list(thing.shape)} if thing.angle else {}
    return told | turned | _score(thing)


def _point(thing: Thing) -> Record:
    """Return a point as the only keypoint of its object."""
    keypoint = {"keypoints": [thing.x, thing.y, 2], "num_keypoints": 1}
    return keypoint | {"bbox": [thing.x, thing.y, 0, 0], "area": 0} | _score(thing)


def _score(thing: Thing) -> Record:
    return {} if thing.score is None else {"score": thing.score}


def _outline(polygon: Polygon) -> Record:
    left, top, right, bottom = polygon.bounds
    ring = [value for point in polygon.exterior.coords[:-1] for value in point]
    return {"bbox": [left, top, right - left, bottom - top], "area": polygon.area, "segmentation": [ring]}


def _area(inside: np.ndarray) -> Record:
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    left, top, right, bottom = (int(edge) for edge in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    return {
        "bbox": [left, top, right - left, bottom - top],
        "area": int(inside.sum()),
        "segmentation": {"size": list(inside.shape), "counts": run_lengths(inside)},
    }


FORMAT = Format(
    group=Group.TRAINING,
    title="COCO",
    text="Images, categories and annotations as COCO JSON: for computer-vision training code.",
    lacks=("samples without a label", "earlier versions and other people's answers", "tags that nobody could tell"),
    write=write,
)
