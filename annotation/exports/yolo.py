"""YOLO: boxes around painted areas, upright or turned, beside pictures of the tiles."""

import json
from collections.abc import Callable
from pathlib import Path

from shapely import Polygon

from annotation.exports.format import Format, Group
from annotation.exports.images import draw
from annotation.exports.outlines import outlines_of, turned_box
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot

ABOUT = (
    "data.yaml, images/<split>/<stem>.png, labels/<split>/<stem>.txt: one line a box or connected area with "
    "the index of its class and {line}, in shares of the picture. Without splits all are in train. A tile whose "
    "classes are all out of use, and one on which there is nothing, has an empty file."
)
_PARTS = {"train": "train", "validation": "val", "test": "test"}

Line = Callable[[Polygon, int, int], list[float]]


def write_boxes(snapshot: Snapshot, folder: Path) -> str:
    """Write upright boxes."""
    return _write(snapshot, folder, _upright, "the middle, width and height of the box around it")


def write_turned(snapshot: Snapshot, folder: Path) -> str:
    """Write boxes that are turned to be as small as can be."""
    return _write(snapshot, folder, _turned, "the four corners of the smallest box around it, however it is turned")


def _write(snapshot: Snapshot, folder: Path, line: Line, words: str) -> str:
    classes = snapshot.indexed_classes
    indices = {item["code"]: index for index, item in enumerate(classes)}
    parts = set()
    for record in snapshot:
        part = _PARTS.get(record.get("split", "train"))
        scene = snapshot.newest_scene(record)
        if part is None or scene is None:
            continue
        parts.add(part)
        picture, text = (folder / room / part / record["stem"] for room in ("images", "labels"))
        for path in (picture, text):
            path.parent.mkdir(parents=True, exist_ok=True)
        picture.with_name(f"{picture.name}.png").write_bytes(draw(scene, snapshot.cell(record)))
        text.with_name(f"{text.name}.txt").write_text(_lines(snapshot, record, indices, line), encoding="utf-8")
    (folder / "data.yaml").write_text(_data(classes, parts), encoding="utf-8")
    return ABOUT.format(line=words)


def _lines(snapshot: Snapshot, record: Record, indices: dict[int, int], line: Line) -> str:
    cell = snapshot.cell(record)
    lines = []
    for code, outline in outlines_of(snapshot, record):
        if code in indices:
            numbers = line(outline, cell.width, cell.height)
            lines.append(f"{indices[code]} {' '.join(f'{number:.6f}' for number in numbers)}\n")
    return "".join(lines)


def _upright(outline: Polygon, width: int, height: int) -> list[float]:
    left, top, right, bottom = outline.bounds
    return [(left + right) / 2 / width, (top + bottom) / 2 / height, (right - left) / width, (bottom - top) / height]


def _turned(outline: Polygon, width: int, height: int) -> list[float]:
    return [number for x, y in turned_box(outline) for number in (x / width, y / height)]


def _data(classes: list[Record], parts: set[str]) -> str:
    """Return the description that trainers read; without a split of its own, validation is on what is trained on."""
    names = "".join(f"  {index}: {json.dumps(item['name'])}\n" for index, item in enumerate(classes))
    validation = "val" if "val" in parts else "train"
    test = "test: images/test\n" if "test" in parts else ""
    return f"path: .\ntrain: images/train\nval: images/{validation}\n{test}names:\n{names}"


_LACKS = (
    "outlines: an area is a box", "place", "who said what, when and how surely", "samples without a label or imagery",
)  # fmt: skip
_TEXTS = (
    "Upright boxes, drawn or around painted areas, with pictures: for object detectors.",
    "Boxes as drawn, or turned to be as small as can be around painted areas, with pictures: for turned objects.",
)
BOXES = Format(Group.TRAINING, "YOLO", _TEXTS[0], _LACKS, write_boxes)
TURNED = Format(Group.TRAINING, "YOLO OBB", _TEXTS[1], _LACKS, write_turned)
