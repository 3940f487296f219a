"""Statistics of each band for display, from a decimated read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.windows import Window

from mlcore.errors import EmptyRaster
from mlcore.raster.opening import data_bands, open_raster
from mlcore.raster.window import read_window

_SIDE = 1024  # px; a million pixels tell percentiles to a fraction of a per cent


@dataclass(frozen=True)
class BandStatistics:
    """How one band's valid numbers spread; all zero where it has none."""

    minimum: float
    maximum: float
    mean: float
    std: float
    p2: float
    p98: float
    valid_fraction: float  # 0..1

    def to_dict(self) -> dict[str, float]:
        """Return a JSON-ready description, the inverse of `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "BandStatistics":
        """Rebuild statistics from `to_dict`."""
        return cls(**{name: float(data[name]) for name in cls.__dataclass_fields__})


def statistics(path: Path) -> tuple[BandStatistics, ...]:
    """Return the statistics of each band, without nodata, NaN and masked pixels.

    Raises:
        EmptyRaster: no band has a valid pixel.
    """
    with open_raster(path) as dataset:
        scale = max(1.0, max(dataset.width, dataset.height) / _SIDE)
        shape = max(1, round(dataset.height / scale)), max(1, round(dataset.width / scale))
        whole = Window(0, 0, dataset.width, dataset.height)
        bands = []
        for band in data_bands(dataset):
            pixels, mask = read_window(dataset, whole, shape, bands=[band], resampling=Resampling.nearest)
            bands.append(_describe(pixels[0][mask], mask.size))
    if not any(band.valid_fraction for band in bands):
        raise EmptyRaster(f"{path.name} has no valid pixel: everything is nodata, NaN or masked.")
    return tuple(bands)


def _describe(values: NDArray[np.float32], size: int) -> BandStatistics:
    if values.size == 0:
        return BandStatistics(0, 0, 0, 0, 0, 0, 0)
    exact = values.astype(np.float64)
    p2, p98 = np.percentile(exact, (2, 98))
    numbers = (exact.min(), exact.max(), exact.mean(), exact.std(), p2, p98, values.size / size)
    return BandStatistics(*(float(number) for number in numbers))
