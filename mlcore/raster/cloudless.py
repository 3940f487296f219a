"""Cloudless: how cloudy each tile of a Sentinel-2 scene is that brings no mask along, by the trees of s2cloudless.

Its published model (Zupanc 2017; the package s2cloudless, CC BY-SA) sees ten bands of one pixel at the top of the
atmosphere. Only its text file is read, by LightGBM; the package itself, which brings clients of web services along, is
never imported.
"""

import importlib.util
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling

from mlcore.raster.clouds import shares
from mlcore.raster.grid import GridSpec
from mlcore.raster.opening import data_bands, open_raster
from mlcore.raster.read import measured
from mlcore.raster.warp import Cells, read_cells
from mlcore.sensors import Quantity, Sensor

BANDS = ("B01", "B02", "B04", "B05", "B08", "B8A", "B09", "B10", "B11", "B12")
_MODEL = "models/pixel_s2_cloud_detector_lightGBM_v0.1.txt"
_CLOUDY = 0.4  # probability, as the package has it
_SCALE = {Quantity.REFLECTANCE: 1.0, Quantity.REFLECTANCE_1E4: 1e-4}
_SAMPLES_PER_TILE = 8  # a side
_TILES_A_STRIP = 64


def can_tell(sensor: Sensor) -> bool:
    """Return whether a sensor has the ten bands at the top of the atmosphere, and the model is installed."""
    names = {band.name for band in sensor.bands}
    return names.issuperset(BANDS) and sensor.quantity in _SCALE and _weights() is not None


@lru_cache(maxsize=1)
def _weights() -> Path | None:
    """Return the file of the model, if the extra 'clouds' is installed."""
    if importlib.util.find_spec("lightgbm") is None:
        return None
    package = importlib.util.find_spec("s2cloudless")  # found, not imported
    folders = package.submodule_search_locations if package else None
    path = Path(next(iter(folders))) / _MODEL if folders else None
    return path if path and path.is_file() else None


@lru_cache(maxsize=1)
def _trees() -> Any:
    import lightgbm  # optional

    return lightgbm.Booster(model_file=str(_weights()))


def estimated_fractions(path: Path, sensor: Sensor, grid: GridSpec, block: tuple[int, int, int, int]) -> NDArray[Any]:
    """Return the share of cloud (0..1) among what is seen of each tile of a block [rows, columns].

    Args:
        path: of a raster.
        sensor: of which `can_tell` says so.
        grid: lattice of the tiles.
        block: first column, first row, columns, rows.
    """
    column, row, columns, rows = block
    fractions = np.full((rows, columns), np.nan, np.float32)
    side = min(grid.tile_px, _SAMPLES_PER_TILE)
    with open_raster(path) as dataset:
        numbers = data_bands(dataset)
        for line, first in product(range(rows), range(0, columns, _TILES_A_STRIP)):
            count = min(_TILES_A_STRIP, columns - first)
            strip, shape = Cells(grid, column + first, row + line, columns=count), (side, side * count)
            pixels, mask = read_cells(dataset, strip, shape, bands=numbers, resampling=Resampling.nearest)
            cloudy = _cloudy(measured(pixels, mask, sensor), sensor)
            fractions[line, first : first + count] = shares(cloudy & mask, mask, count)
    return fractions


def _cloudy(pixels: NDArray[np.float32], sensor: Sensor) -> NDArray[np.bool_]:
    """Return which pixels [H, W] are cloud."""
    names = [band.name for band in sensor.bands]
    chosen = pixels[[names.index(name) for name in BANDS]] * _SCALE[sensor.quantity]
    told = _trees().predict(chosen.reshape(len(BANDS), -1).T.astype(np.float64), num_threads=1)
    return np.asarray(told > _CLOUDY).reshape(pixels.shape[1:])
