"""Own pixels: what was painted, out of whichever files an export of ours has beside its lines."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import ijson

from mlcore.labelsets.images import pixels_of
from mlcore.labelsets.items import areas_of
from mlcore.labelsets.package import Package

COCO, GEOJSON, MASKS = "annotations.coco.json", "labels.geojson", "masks/"
_LOST = "its painted pixels are not in this export; export the whole project, COCO or masks"

Areas = list[dict[str, Any]]
AreasOf = Callable[[dict[str, Any]], Areas]


def pixels_in(package: Package, counts_as: dict[int, str]) -> AreasOf:
    """Return what finds the pixels of a painted label by its record.

    What it returns raises ValueError where they are not there.
    """
    if any(name.startswith("labels/") for name in package.names):
        return lambda record: _of_png(package, record, counts_as)
    if COCO in package:
        return _InOrder(_of_coco(package, counts_as))
    if GEOJSON in package:
        return _InOrder(_of_geojson(package, counts_as))
    return lambda record: _of_raster(package, record, counts_as)


def _of_png(package: Package, record: dict[str, Any], counts_as: dict[int, str]) -> Areas:
    """Return the areas of the very mask that was painted."""
    name = f"labels/{record['value']['mask']}.png"
    if name not in package:
        raise ValueError(_LOST)
    return areas_of(pixels_of(package.read(name), name), counts_as)


class _InOrder:
    """Areas by sample, read along with the lines, which are in the same order; what comes early waits."""

    def __init__(self, groups: Iterator[tuple[Any, Areas]]) -> None:
        self._groups, self._early = groups, dict[Any, Areas]()

    def __call__(self, record: dict[str, Any]) -> Areas:
        sample = record["sample"]
        while sample not in self._early:
            group = next(self._groups, None)
            if group is None:
                raise ValueError(_LOST)
            self._early[group[0]] = group[1]
        return self._early.pop(sample)


def _of_coco(package: Package, counts_as: dict[int, str]) -> Iterator[tuple[Any, Areas]]:
    with package.open(COCO) as file:
        said = ijson.items(file, "annotations.item", use_float=True)
        for image, group in groupby(said, lambda each: each["image_id"]):
            yield (
                image,
                [{"key": counts_as[int(each["category_id"])], **_region(each["segmentation"])} for each in group],
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
                yield sample, [{"key": counts_as[int(code)], "lonlat": shape} for code, shape in areas]


def _of_raster(package: Package, record: dict[str, Any], counts_as: dict[int, str]) -> Areas:
    epochs = [str(record[name]) for name in ("epoch", "later_epoch") if record.get(name)]
    stem = record.get("stem") or "-".join([record.get("tile_name", ""), *epochs])
    names = (f"{MASKS}{stem}.tif", f"{MASKS}tile-{record['index']:07d}.tif")
    name = next((each for each in names if each in package), "")
    if not name:
        raise ValueError(_LOST)
    return areas_of(pixels_of(package.read(name), name), counts_as)
