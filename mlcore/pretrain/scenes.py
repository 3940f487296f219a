"""Scenes for pretraining: files become large chips in memory, cut where a scene is larger than the budget."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mlcore.errors import EmptyRaster
from mlcore.raster.grid import grid_for
from mlcore.raster.info import inspect
from mlcore.raster.read import read_chip, read_file
from mlcore.samples import Chip
from mlcore.sensors import get_sensor, guess_sensor

_MOST_PIXELS = 3_000_000  # of one scene, held in memory
_WINDOW_PX = 768
_LEAST_VALID = 0.2


def read_scenes(names: Sequence[str], *, seed: int = 0) -> list[Chip]:
    """Read scenes named 'FILE' or 'FILE=SENSOR'; a sensor that isn't named is guessed from the file.

    Raises:
        UnreadableRaster, UnsafeRaster, RasterTooLarge: the file can't be read.
        UnknownName: no such sensor.
        BadSensor: the sensor has another number of bands than the file.
        EmptyRaster: a scene has hardly any valid pixel.
    """
    return [chip for name in names for chip in _read(name, np.random.default_rng(seed))]


def _read(name: str, rng: np.random.Generator) -> list[Chip]:
    file, _, code = name.partition("=")
    path = Path(file)
    info = inspect(path)
    sensor = get_sensor(code) if code else guess_sensor(info.count, info.descriptions, info.dtype)
    if info.width * info.height <= _MOST_PIXELS:
        chips = [read_file(path, sensor)]
    else:
        grid = grid_for(info, _WINDOW_PX)
        col0, row0, cols, rows = grid.tile_range(info)
        places = rng.permutation(cols * rows)[: _MOST_PIXELS // _WINDOW_PX**2]
        chips = [read_chip(path, sensor, grid, col0 + place % cols, row0 + place // cols) for place in map(int, places)]
    usable = [chip for chip in chips if chip.valid_fraction >= _LEAST_VALID]
    if not usable:
        raise EmptyRaster(f"{path.name} has hardly any valid pixel; pretraining would learn nothing from it.")
    return usable
