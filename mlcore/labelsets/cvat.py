"""CVAT: images with tags, boxes, polygons and masks in one XML file (CVAT for images)."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from mlcore.labelsets.coco import BARE, box_ring, turned_ring
from mlcore.labelsets.images import MOST_PIXELS
from mlcore.labelsets.items import Book, Item, Wishes, run_lengths
from mlcore.labelsets.markup import Element, elements, plain
from mlcore.labelsets.package import Package

TITLE = "CVAT for images"
_CORNERS = 64  # of an ellipse
_LISTED = {"box", "polygon", "mask", "tag", "points", "ellipse"}


def suits(package: Package) -> bool:
    """Return whether it holds one list of annotations."""
    names = package.ending(".xml")
    return len(names) == 1 and b"<annotations>" in package.start(names[0], 1024)


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a tag or shape."""
    (name,) = package.ending(".xml")
    bare = 0
    with package.open(name) as file:
        for image in elements(file, "image", name):
            bare += not len(image)
            yield from _image(image, book)
    if bare:
        book.note(BARE.format(bare))


def _image(image: Element, book: Book) -> Iterator[Item]:
    name, size = image.get("name", ""), [image.get("width"), image.get("height")]
    for number, said in enumerate(image, 1):
        kind = plain(said)
        at = f"{name}: {kind} {number}"
        if kind not in _LISTED:
            yield {
                "at": at,
                "fault": f"CVAT's {kind} is not read; boxes, polygons, ellipses, points, masks and tags are.",
            }
            continue
        key = book.key(said.get("label", "?"))
        source = {"how": said.get("source", "")}
        if kind == "tag":
            yield {"at": at, "file": name, "whole": [key], "source": source}
            continue
        try:
            area = {"key": key, **_SHAPES[kind](said, image)}
        except (TypeError, ValueError) as error:
            yield {"at": at, "fault": f"Its shape is broken ({error})."}
            continue
        yield {"at": at, "file": name, "size": size, "areas": [area], "part": True, "source": source}


def _box(said: Element, image: Element) -> dict[str, Any]:
    left, top, right, bottom = (_number(said, edge) for edge in ("xtl", "ytl", "xbr", "ybr"))
    middle = (left + right) / 2, (top + bottom) / 2
    return {"rings": [turned_ring(box_ring(left, top, right, bottom), float(said.get("rotation", 0)), middle)]}


def _ellipse(said: Element, image: Element) -> dict[str, Any]:
    x, y, across, down = (_number(said, name) for name in ("cx", "cy", "rx", "ry"))
    turns = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    ring = np.column_stack([x + across * np.cos(turns), y + down * np.sin(turns)]).ravel().tolist()
    return {"rings": [turned_ring(ring, float(said.get("rotation", 0)), (x, y))]}


def _points(said: Element, image: Element) -> dict[str, Any]:
    points = [[float(number) for number in point.split(",")] for point in said.get("points", "").split(";")]
    if len(points) != 1 or len(points[0]) != 2:
        raise ValueError("it has several points; give each a shape of its own")
    return {"point": points[0]}


def _polygon(said: Element, image: Element) -> dict[str, Any]:
    points = (point.split(",") for point in said.get("points", "").split(";"))
    return {"rings": [[float(number) for x, y in points for number in (x, y)]]}


def _mask(said: Element, image: Element) -> dict[str, Any]:
    """Return run lengths of the whole image, out of those along the rows of a box."""
    left, top, width, height = (int(_number(said, edge)) for edge in ("left", "top", "width", "height"))
    columns, rows = int(_number(image, "width")), int(_number(image, "height"))
    counts = [int(count) for count in said.get("rle", "").split(",")]
    if not 0 < columns * rows <= MOST_PIXELS or sum(counts) != width * height or min(left, top, *counts) < 0:
        raise ValueError("its run lengths do not fit its box")
    if left + width > columns or top + height > rows:
        raise ValueError("it reaches beyond its image")
    inside = np.repeat(np.arange(len(counts)) % 2 == 1, counts).reshape(height, width)
    whole = np.zeros((rows, columns), np.bool_)
    whole[top : top + height, left : left + width] = inside
    return {"size": [rows, columns], "counts": run_lengths(whole)}


def _number(element: Element, name: str) -> float:
    told = element.get(name)
    if told is None:
        raise ValueError(f"{name} is missing")
    return float(told)


_SHAPES = {"box": _box, "polygon": _polygon, "mask": _mask, "points": _points, "ellipse": _ellipse}
