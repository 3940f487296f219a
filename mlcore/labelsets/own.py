"""Own exports: GeoJSON, COCO and masks as this product writes them, with whole provenance in annotations.jsonl."""

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import ijson

from mlcore.errors import UnreadableFile
from mlcore.labelsets.images import pixels_of
from mlcore.labelsets.items import Book, Item, Wishes, areas_of
from mlcore.labelsets.package import Package

TITLE = "Export of Terrascribe"
LINES, CLASSES, COCO, GEOJSON = "annotations.jsonl", "classes.json", "annotations.coco.json", "labels.geojson"
_SAYS = (
    "author", "provenance", "version", "seconds", "created_at", "model_version", "accepted_by", "acceptance",
    "inclusion_probability", "schema", "annotation", "confidence", "reason",
)  # fmt: skip
_PLACE = ("sample", "index", "grid", "column", "row", "outline", "tile_name", "tile_files", "epoch_name")

Areas = list[dict[str, Any]]
AreasOf = Callable[[dict[str, Any]], Areas]


def suits(package: Package) -> bool:
    """Return whether it has the files that every export of ours has."""
    return LINES in package and CLASSES in package


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a label."""
    if "SHA256SUMS" in package:
        package.check_sums()
    else:
        book.note("The export has no SHA256SUMS, so that nobody can tell whether it is whole.")
    about = package.json(CLASSES)
    try:
        counts_as = _enter(about["classes"], book)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableFile(f"{CLASSES} in {package.name} lists no classes ({error!r}); export it again.") from error
    areas = _areas(package, counts_as)
    for number, line in enumerate(package.lines(LINES), 1):
        try:
            yield {"at": f"line {number}", **_item(json.loads(line), counts_as, areas)}
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            yield {"at": f"line {number}", "fault": f"The line is no label of an export ({error!r})."}


def _enter(classes: list[dict[str, Any]], book: Book) -> dict[int, str]:
    """Enter the classes, and return as which key each code counts."""
    counts_as = {}
    for each in classes:
        code = int(each["code"])
        target = each.get("merged_into") or code
        counts_as[code] = str(target)
        if target == code:
            book.key(each["name"], code=code, colour=str(each.get("colour", "")), key=str(code))
    return counts_as


def _item(record: dict[str, Any], counts_as: dict[int, str], areas: AreasOf) -> Item:
    value = record.get("value") or {}
    item: Item = {"tile": {name: record[name] for name in _PLACE if record.get(name) is not None}}
    if later := record.get("later_epoch_name"):
        item["tile"]["later_epoch_name"] = later
    item["source"] = {name: record[name] for name in _SAYS if record.get(name) is not None}
    item["verdict"] = record.get("verdict") or "label"
    if "class" in value:
        item["whole"] = [_key(record.get("code") or value["class"], counts_as)]
    elif "tags" in value:
        item["whole"] = _keys(value["tags"], counts_as)
        item["unsure"] = _keys(value.get("unsure", []), counts_as)
        item["none"] = not value["tags"]
    elif "amount" in value:
        item |= {name: value.get(name) for name in ("amount", "uncertainty", "unit") if value.get(name) is not None}
    elif "mask" in value:
        item["areas"] = areas(record)
    elif item["verdict"] == "label":
        raise ValueError("it has no value")
    return item


def _key(code: Any, counts_as: dict[int, str]) -> str:
    if int(code) not in counts_as:
        raise ValueError(f"class {code} is not in classes.json")
    return counts_as[int(code)]


def _keys(codes: list[Any], counts_as: dict[int, str]) -> list[str]:
    return list(dict.fromkeys(_key(code, counts_as) for code in codes))


def _areas(package: Package, counts_as: dict[int, str]) -> AreasOf:
    """Return what finds the pixels of a painted label, in whichever file this format has them."""
    if COCO in package:
        return _InOrder(_of_coco(package, counts_as))
    if GEOJSON in package:
        return _InOrder(_of_geojson(package, counts_as))
    return lambda record: _of_raster(package, record, {code: key for code, key in counts_as.items() if code})


class _InOrder:
    """Areas by sample, read along with the lines, which are in the same order; what comes early waits."""

    def __init__(self, groups: Iterator[tuple[Any, Areas]]) -> None:
        self._groups, self._early = groups, dict[Any, Areas]()

    def __call__(self, record: dict[str, Any]) -> Areas:
        sample = record["sample"]
        while sample not in self._early:
            group = next(self._groups, None)
            if group is None:
                raise ValueError(f"the painted pixels of sample {sample} are missing; export COCO or masks")
            self._early[group[0]] = group[1]
        return self._early.pop(sample)


def _of_coco(package: Package, counts_as: dict[int, str]) -> Iterator[tuple[Any, Areas]]:
    with package.open(COCO) as file:
        said = ijson.items(file, "annotations.item", use_float=True)
        for image, group in groupby(said, lambda each: each["image_id"]):
            yield (
                image,
                [{"key": _key(each["category_id"], counts_as), **_region(each["segmentation"])} for each in group],
            )


def _region(segmentation: Any) -> dict[str, Any]:
    if isinstance(segmentation, dict):
        return {"size": segmentation["size"], "counts": segmentation["counts"]}
    return {"rings": segmentation}


def _of_geojson(package: Package, counts_as: dict[int, str]) -> Iterator[tuple[Any, Areas]]:
    with package.open(GEOJSON) as file:
        features = ijson.items(file, "features.item", use_float=True)
        for sample, group in groupby(features, lambda each: each["properties"]["sample"]):
            areas = [(each["properties"]["label"], each["geometry"]) for each in group]
            if all(shape for _, shape in areas):
                yield sample, [{"key": _key(code, counts_as), "lonlat": shape} for code, shape in areas]


def _of_raster(package: Package, record: dict[str, Any], keys: dict[int, str]) -> Areas:
    epochs = [str(record[name]) for name in ("epoch", "later_epoch") if record.get(name)]
    plain = f"masks/tile-{record['index']:07d}.tif"
    stem = "-".join([record["tile_name"], *epochs]) if record.get("tile_name") else ""
    name = next((each for each in (f"masks/{stem}.tif", plain) if each in package), "")
    if not name:
        raise ValueError(f"the mask {plain} is missing; export it again")
    return areas_of(pixels_of(package.read(name), name), keys)
