"""Described images: a raster with a STAC item beside it, which says what its bands are; nothing in it is followed."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from rasterio.io import DatasetReader

from mlcore.containers.container import Bundle, Container, Layer, Progress
from mlcore.containers.placed import IMAGES
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import UnreadableFile
from mlcore.files import check_plain
from mlcore.raster.info import RasterInfo, inspect
from mlcore.raster.instruments import calibrated
from mlcore.raster.opening import alpha_band, data_bands, has_mask_band, open_raster
from mlcore.sensors import Band, Sensor
from mlcore.stac import Item, read_item, sensor_of_bands
from mlcore.stac.bands import Band as Told

ITEMS = (".stac.json", "_stac.json", "-stac.json", ".json")
_MOST = 4 * 2**20  # bytes of an item
_NOT_ONE = "The .json beside it is no STAC item, so that it was not read."
_SILENT = "The STAC item beside it says nothing of its bands."
_MASKED = "The STAC item beside it states a number for no data; the mask that the file has counts instead."


class DescribedImage(Container):
    """An image, and the STAC item that describes it."""

    code = "described"
    title = "image with its STAC item"

    def begins(self, start: bytes, name: str) -> bool:
        """Return False: a single file is never one."""
        return False

    def peek(self, bundle: Bundle) -> str:
        """Read the image's header, and the item."""
        info = inspect(_image(bundle))
        return f"{info.summary} and its STAC item" if _item(bundle) else info.summary

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write the image with what the item says of it; as it is where the item says nothing."""
        path, target = _image(bundle), folder / "described.tif"
        info, item = inspect(path), _item(bundle)
        bands = _bands(item, _name(bundle), info.count) if item else ()
        said = [_NOT_ONE] if item is None else [*item.remarks, *_words(item), *([] if bands else [_SILENT])]
        if item is None or (not bands and not item.tags and item.acquired is None):
            shutil.copyfile(path, target)
            return [Layer(target.name, remarks=said)]
        with open_raster(path) as source:
            masked = alpha_band(source) is not None or has_mask_band(source)
            stated = next((band.nodata for band in bands if band.nodata is not None), None)
            if masked and stated is not None:
                said.append(_MASKED)
            if masked:  # a mask is kept with the file as it is, and what is said of its bands goes beside it
                shutil.copyfile(path, target)
            else:
                _write(source, target, _sheet(source, item, bands, stated), progress)
        return [Layer(target.name, sensor=_sensor(item, bands, inspect(target)), remarks=said)]


def _image(bundle: Bundle) -> Path:
    return bundle.ending(*IMAGES) or bundle.main


def _name(bundle: Bundle) -> str:
    """Return what the image is called, in lower case."""
    name = next((name for name in bundle.members if name.lower().endswith(IMAGES)), bundle.name)
    return PurePosixPath(name).name.lower()


def _item(bundle: Bundle) -> Item | None:
    """Return the item beside the image; None for what is none."""
    path = bundle.ending(".json")
    if path is None or check_plain(path).st_size > _MOST:
        return None
    try:
        return read_item(json.loads(path.read_bytes().decode("utf-8-sig", "replace")))
    except (UnreadableFile, ValueError, RecursionError):
        return None


def _bands(item: Item, name: str, count: int) -> tuple[Told, ...]:
    """Return what an item says of an image's bands: of the asset of its name, else of the only one that fits."""
    named = [asset for asset in item.assets if PurePosixPath(asset.file).name.lower() == name]
    fitting = [asset for asset in named or item.assets if len(asset.bands) == count]
    return fitting[0].bands if len(fitting) == 1 or (named and fitting) else ()


def _words(item: Item) -> list[str]:
    cloud = [f"Its STAC item states {item.cloud_cover:g} % of clouds."] if item.cloud_cover is not None else []
    return [f"Described by the STAC item {item.id} beside it.", *cloud]


def _sheet(source: DatasetReader, item: Item, bands: Sequence[Told], stated: float | None) -> Sheet:
    numbers = data_bands(source)
    told = bands or [Told() for _ in numbers]
    written = tuple(
        Band(
            "",
            band.name or band.common or source.descriptions[number - 1] or "",
            band.centre_nm,
            band.width_nm,
            scale=band.scale if band.scale is not None else source.scales[number - 1],
            offset=band.offset if band.offset is not None else source.offsets[number - 1],
        )
        for band, number in zip(told, numbers, strict=True)
    )
    nodata = source.nodata if source.nodata is not None else stated
    day = {"DATE_ACQUIRED": item.acquired.date().isoformat()} if item.acquired else {}
    kind = str(np.result_type(*source.dtypes))
    crs = source.crs
    return Sheet(
        source.width, source.height, kind, written, crs, source.transform, nodata, {**source.tags(), **item.tags, **day}
    )


def _write(source: DatasetReader, target: Path, sheet: Sheet, progress: Progress) -> None:
    numbers = data_bands(source)
    write_layer(target, sheet, lambda rows, columns: source.read(numbers, window=(rows, columns)), progress=progress)


def _sensor(item: Item, bands: Sequence[Told], info: RasterInfo) -> Sensor | None:
    told = sensor_of_bands(bands, info.dtype, item.said)
    return calibrated(told, info, item.id) if told else None
