"""COCO: images, categories and annotations as boxes, polygons or run lengths; streamed, so that a gigabyte fits."""

from collections.abc import Iterator
from typing import IO, Any

import ijson
import numpy as np

from mlcore.errors import UnreadableFile
from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.package import Package

TITLE = "COCO"
BARE = "{:,} images have no annotation: nobody can tell whether that was looked at, and they are passed over."
_START = 65536  # bytes in which one of the lists begins


def suits(package: Package) -> bool:
    """Return whether it holds one file of JSON that looks like COCO."""
    return any(_is_coco(package, name) for name in package.ending(".json"))


def _is_coco(package: Package, name: str) -> bool:
    start = package.start(name, _START).lstrip()
    return start.startswith(b"{") and any(word in start for word in (b'"images"', b'"annotations"', b'"categories"'))


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item an annotation."""
    for name in package.ending(".json"):
        if _is_coco(package, name):
            yield from _read_one(package, name, book)


def _read_one(package: Package, name: str, book: Book) -> Iterator[Item]:
    try:
        categories = {each.get("id"): book.key(each.get("name", each.get("id")), code=_code(each.get("id")),
                                               colour=_colour(each.get("color")))
                      for each in _stream(package, name, "categories.item")}  # fmt: skip
        images = {each.get("id"): _image(each) for each in _stream(package, name, "images.item")}
        seen: set[Any] = set()
        bare = set(images)
        for number, said in enumerate(_stream(package, name, "annotations.item"), 1):
            bare.discard(said.get("image_id"))
            yield _item(number, said, (categories, images, seen))
        if bare:
            book.note(BARE.format(len(bare)))
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{name} is no whole JSON ({error}): cut off? Write it again.") from error


def _stream(package: Package, name: str, prefix: str) -> Iterator[dict[str, Any]]:
    with package.open(name) as file:
        yield from (each for each in _items(file, prefix) if isinstance(each, dict))


def _items(file: IO[bytes], prefix: str) -> Iterator[Any]:
    yield from ijson.items(file, prefix, use_float=True)


def _image(told: dict[str, Any]) -> tuple[str, list[Any]]:
    return str(told.get("file_name", "")), [told.get("width"), told.get("height")]


def _item(number: int, said: dict[str, Any], known: tuple[dict[Any, str], dict[Any, Any], set[Any]]) -> Item:
    categories, images, seen = known
    at = f"annotation {said.get('id', number)}"
    try:
        image, category, own = said.get("image_id"), said.get("category_id"), said.get("id")
        if own is not None and own in seen:
            return {"at": at, "fault": f"The id {own} was there before; ids are given once."}
        seen.add(own)
        if image not in images:
            return {"at": at, "fault": f"It speaks of image {str(image)[:40]}, which the file does not have."}
        if category not in categories:
            return {"at": at, "fault": f"It names category {str(category)[:40]}, which the file does not have."}
        name, size = images[image]
        area = {"key": categories[category], **_region(said)}
        return {"at": at, "file": name, "size": size, "areas": [area], "part": True, "source": _source(said)}
    except (TypeError, ValueError, KeyError, IndexError) as error:
        return {"at": at, "fault": f"It is no annotation of COCO ({error})."}


def _region(said: dict[str, Any]) -> dict[str, Any]:
    """Return the area of an annotation: its shape, or where it has none its box."""
    shape = said.get("segmentation")
    if isinstance(shape, dict):
        size, counts = shape["size"], shape["counts"]
        return {"size": size, "counts": uncompressed(counts) if isinstance(counts, str) else counts}
    if shape:
        return {"rings": shape}
    if "rotated_bbox" in said:
        x, y, width, height, angle = (float(number) for number in said["rotated_bbox"])
        upright = box_ring(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        return {"rings": [turned_ring(upright, angle, (x, y))]}
    if said.get("num_keypoints") == 1 and len(said.get("keypoints", ())) == 3:
        return {"point": [float(number) for number in said["keypoints"][:2]]}
    left, top, width, height = (float(edge) for edge in said["bbox"])
    return {"rings": [box_ring(left, top, left + width, top + height)]}


def box_ring(left: float, top: float, right: float, bottom: float) -> list[float]:
    """Return a box as a flat ring."""
    return [left, top, right, top, right, bottom, left, bottom]


def turned_ring(ring: list[float], degrees: float, around: tuple[float, float]) -> list[float]:
    """Return a flat ring turned clockwise on the picture around a place."""
    if not degrees:
        return ring
    points = np.reshape(ring, (-1, 2)) - around
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned: list[float] = (points @ np.array([[cosine, sine], [-sine, cosine]]) + around).ravel().tolist()
    return turned


def uncompressed(text: str) -> list[int]:
    """Return run lengths out of COCO's text: numbers of 5 bits a letter, each after the third less the one before."""
    counts: list[int] = []
    at = 0
    while at < len(text):
        number, shift, more = 0, 0, True
        while more:
            bits = ord(text[at]) - 48
            if not 0 <= bits < 64:
                raise ValueError("its run lengths hold a letter that means nothing")
            number |= (bits & 0x1F) << shift
            more, at, shift = bool(bits & 0x20), at + 1, shift + 5
            if not more and bits & 0x10:
                number |= -1 << shift
        counts.append(number + counts[-2] if len(counts) > 2 else number)
    return counts


def _source(said: dict[str, Any]) -> dict[str, Any]:
    attributes = said.get("attributes")
    told = dict(attributes) if isinstance(attributes, dict) else {}
    return told | ({"confidence": said["score"]} if "score" in said else {})


def _code(number: Any) -> int | None:
    return number if isinstance(number, int) else None


def _colour(told: Any) -> str:
    if not isinstance(told, list) or len(told) != 3:
        return ""
    whole = all(isinstance(each, int) and 0 <= each < 256 for each in told)
    return "#{:02x}{:02x}{:02x}".format(*told) if whole else ""
