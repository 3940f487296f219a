"""Own exports: whatever this product writes has all that was said in lines of JSON, and painted pixels beside them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from mlcore.errors import UnreadableFile
from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.own_pixels import pixels_in
from mlcore.labelsets.package import Package

TITLE = "Export of Terrascribe"
LINES = ("samples.jsonl", "annotations.jsonl")  # of versions 2 and 1
CLASSES, PROJECT = "classes.json", "project.json"
NEWEST = 2  # export_version
_SAYS = (
    "author", "provenance", "version", "seconds", "interactions", "created_at", "model_version", "accepted_by",
    "acceptance", "inclusion_probability", "audit_kind", "schema", "annotation", "confidence", "reason", "status",
    "split",
)  # fmt: skip
_PLACE = (
    "sample", "index", "grid", "column", "row", "outline", "tile_name", "tile_files", "epoch_name", "later_epoch_name",
    "scene", "source",
)  # fmt: skip
_OF_A_VERSION = (
    "author", "version", "verdict", "value", "reason", "provenance", "seconds", "interactions", "created_at", "current",
)  # fmt: skip
_OBJECTS = ("boxes", "points")
_ODD = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
_MOST_VERSIONS = 50  # of a sample, that are kept
_MOST_COMMENTS = 200  # of a sample


def suits(package: Package) -> bool:
    """Return whether it has the files that every export of ours has."""
    return CLASSES in package and any(name in package for name in LINES)


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a sample with an answer."""
    if "SHA256SUMS" in package:
        package.check_sums()
    else:
        book.note("The export has no SHA256SUMS, so that nobody can tell whether it is whole.")
    try:
        counts_as = _enter(package.json(CLASSES)["classes"], book)
        version = int(package.json(PROJECT)["export_version"]) if PROJECT in package else 1
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableFile(f"{CLASSES} in {package.name} lists no classes ({error!r}); export it again.") from error
    if version > NEWEST:
        book.note("A newer release wrote it: what this one does not know is left out. Upgrade to read all of it.")
    yield from _items(package, counts_as, book)


def _items(package: Package, counts_as: dict[int, str], book: Book) -> Iterator[Item]:
    pixels, silent = pixels_in(package, counts_as), Counter[str]()
    name = next(name for name in LINES if name in package)
    for number, line in enumerate(package.lines(name), 1):
        try:
            record = orjson.loads(line)
            yield from _comments(record, f"line {number}", book)
            if record.get("status", "labelled") not in ("labelled", "negative", "unsure"):
                silent[record["status"]] += 1
                continue
            yield {"at": f"line {number}", **_item(record, counts_as, pixels)}
        except _ODD as error:
            yield {"at": f"line {number}", "fault": f"The line is no label of an export ({error!r})."}
    for status, count in silent.items():
        book.note(f"{count:,} samples without an answer that counts ({status.replace('_', ' ')}) are passed over.")


def _enter(classes: list[dict[str, Any]], book: Book) -> dict[int, str]:
    """Enter the classes, and return as which key each code counts, through all mergers."""
    targets = {int(each["code"]): each.get("merged_into") for each in classes}
    counts_as = {}
    for each in classes:
        code = final = int(each["code"])
        for _ in classes:
            final = int(targets.get(final) or final)
        counts_as[code] = str(final)
        if final == code:
            said = {field: each[field] for field in ("definition", "group") if isinstance(each.get(field), str)}
            book.key(each["name"], code=code, colour=str(each.get("colour", "")), key=str(code), **said)
    return counts_as


def _item(record: dict[str, Any], counts_as: dict[int, str], pixels: Any) -> Item:
    value = record.get("value") or _value_before(record)
    item: Item = {"tile": _tile(record)}
    unsure = record.get("status") == "unsure" or record.get("verdict") == "unsure"
    item["verdict"] = "unsure" if unsure else "label"
    item["source"] = _source(record, unsure=unsure)
    if unsure:
        return item
    if "class" in value:
        item["whole"] = [_key(record.get("code") or value["class"], counts_as)]
    elif "tags" in value:
        item["whole"] = _keys(value["tags"], counts_as)
        item["unsure"] = _keys(value.get("unsure", []), counts_as)
        item["none"] = not value["tags"]
    elif "amount" in value:
        item |= {name: value.get(name) for name in ("amount", "uncertainty", "unit") if value.get(name) is not None}
    elif named := next((name for name in _OBJECTS if name in value), None):
        item["objects"] = [{**each, "class": _key(each["class"], counts_as)} for each in value[named]]
        item["none"] = not value[named]
    elif "mask" in value:
        item["areas"] = pixels(record)
        item |= _drawn(value, counts_as)
    else:
        raise ValueError("it has no value")
    return item


def _comments(record: dict[str, Any], at: str, book: Book) -> Iterator[Item]:
    """Yield an item a comment on a sample."""
    comments = record.get("comments") or []
    if len(comments) > _MOST_COMMENTS:
        book.note(f"Of more than {_MOST_COMMENTS} comments on a sample only the last are read, as at {at}.")
    for count, comment in enumerate(comments[-_MOST_COMMENTS:], 1):
        place = {"at": f"{at}, comment {count}", "tile": _tile(record)}
        try:
            yield {**place, **_comment(comment)}
        except _ODD as error:
            yield {**place, "fault": f"It is no comment of an export ({error!r})."}


def _comment(comment: dict[str, Any]) -> Item:
    """Return what was written; its writer and its time are the first ones, however often it has travelled."""
    first = comment.get("imported", {})
    source: dict[str, Any] = {name: str(first.get(name) or comment[name]) for name in ("author", "created_at")}
    source |= {"flags": bool(comment.get("flags")), "settled": bool(comment.get("settled_by"))}
    return {"comment": str(comment["text"]), "source": source}


def _tile(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in _PLACE if record.get(name) is not None}


def _drawn(value: dict[str, Any], counts_as: dict[int, str]) -> Item:
    """Return the shapes that were drawn into a mask."""
    shapes = value.get("shapes") or []
    told = [{"key": _key(each["class"], counts_as), "polygon": each["polygon"]} for each in shapes]
    return {"drawn": told} if told else {}


def _value_before(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a label said before labels had values: a mask, or a class by its code."""
    if record.get("mask"):
        return {"mask": record["mask"]}
    return {"class": record["code"]} if record.get("code") else {}


def _source(record: dict[str, Any], *, unsure: bool) -> dict[str, Any]:
    """Return who said it, when and how, and all versions of all people where there are more."""
    source = {name: record[name] for name in _SAYS if record.get(name) is not None}
    if isinstance(before := record.get("imported"), dict):
        source["imported"] = before
    told = record.get("history") or []
    history = [{name: each[name] for name in _OF_A_VERSION if name in each} for each in told[-_MOST_VERSIONS:]]
    if unsure:
        last: dict[str, Any] = next((each for each in reversed(history) if each.get("verdict") == "unsure"), {})
        source |= {name: last[name] for name in ("author", "seconds", "created_at", "reason") if last.get(name)}
    return source | ({"history": history} if history else {})


def _key(code: Any, counts_as: dict[int, str]) -> str:
    if int(code) not in counts_as:
        raise ValueError(f"class {code} is not in classes.json")
    return counts_as[int(code)]


def _keys(codes: list[Any], counts_as: dict[int, str]) -> list[str]:
    return list(dict.fromkeys(_key(code, counts_as) for code in codes))
