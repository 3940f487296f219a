"""Bent images: rasters that ground control points or rational polynomials place, warped to lie straight."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from mlcore.containers.container import Bundle, Container, Layer, Progress
from mlcore.containers.placed import mark_alpha, named
from mlcore.containers.writing import Sheet, write_layer
from mlcore.raster.bent import Bent, Flat, bent_of, flat_of, places_of, system_of
from mlcore.raster.info import inspect
from mlcore.raster.opening import data_bands, open_raster
from mlcore.raster.warp import EXACT, look_up
from mlcore.sensors import Band


class BentImage(Container):
    """An image and what its own header says of points on the ground."""

    code = "bent"
    title = "image with ground control points or rational polynomials"

    def begins(self, start: bytes, name: str) -> bool:
        """Return False: that it is one is known when it was looked at."""
        return False

    def peek(self, bundle: Bundle) -> str:
        """Read its points, and say how surely they place it."""
        info = inspect(bundle.main)
        with open_raster(bundle.main) as source:
            bent = bent_of(source)
        flat_of(bent, info)
        return f"{info.summary}. {bent.told} It is warped to lie straight"

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write the image as it lies on the ground."""
        info = inspect(bundle.main)
        with open_raster(bundle.main) as source:
            bent = bent_of(source)
            flat, numbers = flat_of(bent, info), data_bands(source)
            dtype = np.dtype(info.dtype)
            nodata = np.nan if source.nodata is None and dtype.kind == "f" else source.nodata
            opaque = None if nodata is not None else int(np.iinfo(dtype).max)
            names = [named(source.descriptions[n - 1], source.colorinterp[n - 1]) for n in numbers]
            bands = tuple(Band("", name, scale=source.scales[n - 1], offset=source.offsets[n - 1])
                          for n, name in zip(numbers, names, strict=True))  # fmt: skip
            bands += (Band("", "alpha"),) if opaque else ()
            sheet = Sheet(
                flat.width, flat.height, info.dtype, bands, system_of(flat), flat.transform, nodata, source.tags()
            )
            reading = _Reading(source, bent, flat, numbers)
            write_layer(
                folder / "straight.tif",
                sheet,
                lambda rows, columns: reading.window(rows, columns, nodata, opaque),
                progress=progress,
            )
        mark_alpha(folder / "straight.tif", len(numbers), has_alpha=opaque is not None)
        return [Layer("straight.tif", remarks=[bent.told])]


class _Reading:
    """Windows of a bent raster as they lie on the ground."""

    def __init__(self, source: DatasetReader, bent: Bent, flat: Flat, numbers: list[int]) -> None:
        self.source, self.bent, self.flat, self.numbers = source, bent, flat, numbers

    def window(self, rows: slice, columns: slice, nodata: float | None, opaque: int | None) -> NDArray[np.float32]:
        """Return [bands, rows, columns], with opacity as the last band where no number stands for no data."""
        places = places_of(self.bent, self.flat, rows, columns)
        pixels, mask = look_up(self.source, places, self.numbers, None, EXACT)
        if np.dtype(self.source.dtypes[self.numbers[0] - 1]).kind in "iu":
            pixels = np.round(pixels)
        if opaque is None:
            return np.where(mask, pixels, np.float32(nodata if nodata is not None else 0))
        return np.concatenate([pixels, (mask * np.float32(opaque))[None]])
