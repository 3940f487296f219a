"""Label Studio: tasks with results of choices, rectangles, polygons, brushes and numbers (JSON and JSON_MIN)."""

from collections.abc import Iterator
from typing import Any

import ijson
import numpy as np

from mlcore.errors import UnreadableFile
from mlcore.labelsets.brush import brush_pixels
from mlcore.labelsets.coco import box_ring, turned_ring
from mlcore.labelsets.items import Book, Item, Wishes, run_lengths
from mlcore.labelsets.package import Package

TITLE = "Label Studio"
_NO_RESULTS = {
    "image", "img", "file", "url", "picture", "id", "annotator", "annotation_id", "created_at", "updated_at",
    "lead_time",
}  # fmt: skip
_WORDS = (b'"annotations"', b'"annotator"', b'"completions"')
_FILES = ("image", "img", "file", "url", "picture")


def suits(package: Package) -> bool:
    """Return whether it holds one list of tasks."""
    names = package.ending(".json")
    if len(names) != 1:
        return False
    start = package.start(names[0], 65536).lstrip()
    return start.startswith(b"[") and any(word in start for word in _WORDS)


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a choice, shape or number of each task."""
    (name,) = package.ending(".json")
    with package.open(name) as file:
        try:
            for number, task in enumerate(ijson.items(file, "item", use_float=True), 1):
                at = f"task {task.get('id', number) if isinstance(task, dict) else number}"
                try:
                    yield from _task(at, task, book)
                except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
                    yield {"at": at, "fault": f"It is no task of Label Studio ({error!r})."}
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise UnreadableFile(f"{name} is no whole JSON ({error}): cut off? Write it again.") from error


def _task(at: str, task: dict[str, Any], book: Book) -> Iterator[Item]:
    data = task.get("data", task)
    file = next((str(data[name]) for name in (*_FILES, *data) if isinstance(data.get(name), str)), "")
    file = file_name(file)
    said = task.get("annotations") or task.get("completions")
    if said is None:
        yield from _short(at, file, task, book)
        return
    kept = [each for each in said if isinstance(each, dict) and not each.get("was_cancelled")]
    if not kept:
        yield {"at": at, "fault": "Nobody has annotated it."}
    for each in kept:
        source = _source(each)
        results = each.get("result") or []
        if not results:  # somebody looked, and said that nothing is there
            yield {"at": at, "file": file, "source": source, "none": True}
        for number, result in enumerate(results, 1):
            yield {"at": f"{at}, result {number}", "file": file, "source": source, **_result(result, book)}


def _short(at: str, file: str, task: dict[str, Any], book: Book) -> Iterator[Item]:
    """Yield what a task of JSON_MIN says: results by the name of their control."""
    source = _source({"completed_by": task.get("annotator"), **task})
    some = False
    for name, value in task.items():
        if name not in _NO_RESULTS:
            for number, said in enumerate(_said(value, book), 1):
                some = True
                yield {"at": f"{at}, {name} {number}", "file": file, "source": source, **said}
    if not some:
        yield {"at": at, "fault": "Nobody has annotated it."}


def _said(value: Any, book: Book) -> Iterator[Item]:
    """Yield what a control of JSON_MIN holds: one choice, several, or shapes."""
    if isinstance(value, str):
        yield {"whole": [book.key(value)]}
    elif isinstance(value, dict) and isinstance(value.get("choices"), list):
        yield {"whole": [book.key(choice) for choice in value["choices"]]}
    elif isinstance(value, dict) and isinstance(value.get("taxonomy"), list):
        yield _result({"type": "taxonomy", "value": value}, book)
    elif isinstance(value, list):
        for each in value:
            kind = next(key for key in each if key.endswith("labels"))
            yield _result({"type": kind, "value": each, **each}, book)


def _result(result: dict[str, Any], book: Book) -> Item:
    kind, value = result.get("type"), result["value"]
    if kind == "choices":
        return {"whole": [book.key(choice) for choice in value["choices"]]}
    if kind == "taxonomy":
        return {"whole": [book.key(path[-1]) for path in value["taxonomy"]]}
    if kind == "number":
        return {"amount": value["number"]}
    names = value.get(str(kind)) or value.get("labels")
    if not names or not ("rle" in value or "points" in value or "x" in value):
        return {"fault": f"A result of type {str(kind)[:40]!r} names no class of an image."}
    key = book.key(names[0])
    width, height = result.get("original_width", 100), result.get("original_height", 100)
    if "rle" in value:
        pixels = brush_pixels(value["rle"], int(width), int(height))
        area: dict[str, Any] = {"key": key, "size": [int(height), int(width)], "counts": run_lengths(pixels)}
    elif kind == "keypointlabels":
        area = {"key": key, "point": [value["x"], value["y"]]}
    elif "points" in value:
        area = {"key": key, "rings": [[number for point in value["points"] for number in point]]}
    else:
        area = {"key": key, "rings": [_rectangle(value, float(width), float(height))]}
    return {"areas": [area], "size": [100, 100], "part": True}  # in percent of the image


def _rectangle(value: dict[str, Any], width: float, height: float) -> list[float]:
    """Return a rectangle in percent of the image; one that is turned turns around its upper left corner, in pixels."""
    left, top = value["x"], value["y"]
    ring = box_ring(left, top, left + value["width"], top + value["height"])
    if not value.get("rotation"):
        return ring
    scale = [width / 100, height / 100]
    pixels = (np.reshape(ring, (-1, 2)) * scale).ravel().tolist()
    turned = turned_ring(pixels, float(value["rotation"]), (left * scale[0], top * scale[1]))
    percent: list[float] = (np.reshape(turned, (-1, 2)) / scale).ravel().tolist()
    return percent


def _source(said: dict[str, Any]) -> dict[str, Any]:
    who = said.get("completed_by")
    author = who.get("email") or who.get("id") if isinstance(who, dict) else who
    told = {"author": author, "created_at": said.get("created_at"), "seconds": said.get("lead_time")}
    return {name: value for name, value in told.items() if value not in (None, "")}


def file_name(file: str) -> str:
    """Return the path of an upload as people called it: Label Studio puts eight letters before it."""
    path = file.partition("?")[0].replace("\\", "/")
    if "?d=" in file:
        path = file.partition("?d=")[2]
    folder, slash, name = path.rpartition("/")
    head, dash, rest = name.partition("-")
    return rest if dash and len(head) == 8 and "upload" in folder else path
