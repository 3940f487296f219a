"""Restated: a copy of a raster with another place, or another number for no data."""

import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import RasterioError

from mlcore.errors import BadGeoreference, UnreadableFile


def restated(
    source: Path, target: Path, *, crs: str | None, transform: Sequence[float] | None, nodata: float | None
) -> None:
    """Write a copy of a GeoTIFF of ours; None leaves what it says.

    Raises:
        BadGeoreference: its numbers cannot be that one for no data.
        UnreadableFile: it cannot be written so.
    """
    shutil.copyfile(source, target)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the layout for the cloud is broken; it is converted again
            with rasterio.open(target, "r+", IGNORE_COG_LAYOUT_BREAK="YES") as dataset:
                if transform is not None:
                    dataset.transform = Affine(*transform)
                elif crs is not None:
                    dataset.transform = dataset.transform
                if crs is not None:
                    dataset.crs = CRS.from_string(crs)
                if nodata is not None:
                    _check(nodata, dataset.dtypes[0], target.name)
                    dataset.nodata = nodata
    except (RasterioError, ValueError) as error:
        raise UnreadableFile(f"{target.name} cannot be written as stated: {error}.") from error


def _check(nodata: float, dtype: str, name: str) -> None:
    kind = np.dtype(dtype)
    fits = kind.kind == "f" or (float(nodata).is_integer() and np.iinfo(kind).min <= nodata <= np.iinfo(kind).max)
    if not fits:
        raise BadGeoreference(f"{name} has numbers of the kind {dtype}, of which none can be {nodata:g}.")
