"""Scenes for pretraining: files become large chips in memory, cut where a scene is larger than the budget."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from mlcore.errors import BadGeoreference, BadScene, EmptyRaster, FileTooLarge
from mlcore.raster.grid import grid_for
from mlcore.raster.info import inspect
from mlcore.raster.instruments import calibrated, instrument_of
from mlcore.raster.read import read_chip, read_file
from mlcore.samples import Chip, Sample
from mlcore.sensors import Sensor, get_sensor

_MOST_PIXELS = 3_000_000  # of one scene, held in memory
_WINDOW_PX = 768
_LEAST_VALID = 0.2
_SAME_FOOTPRINT = 0.02  # of the footprint's side


def read_scenes(names: Sequence[str], *, seed: int = 0) -> list[Chip | Sample]:
    """Read scenes named FILE, FILE=SENSOR or FILE=SENSOR@DATE; a + joins files of one footprint into a group.

    'a.tif=sentinel1-grd@2020-01-14+b.tif=sentinel2-l2a@2020-01-13' is one place seen by two sensors; files of one
    sensor and other dates are one place at several times. A sensor that isn't named is guessed from the file.

    Raises:
        BadScene: a date is none.
        BadGeoreference: the files of a group don't cover the same ground.
        UnreadableFile, UnsafeFile, FileTooLarge: a file can't be read, or one of a group is too large for memory.
        UnknownName: no such sensor.
        BadSensor: the sensor has another number of bands than the file.
        EmptyRaster: a scene has hardly any valid pixel.
    """
    scenes: list[Chip | Sample] = []
    for name in names:
        files = name.split("+")
        scenes.extend([_group(files)] if len(files) > 1 else _read(name, np.random.default_rng(seed)))
    return scenes


def file_names(names: Sequence[str]) -> list[str]:
    """Return the names of the files, without folders, sensors and dates."""
    return [Path(_parts(file)[0]).name for name in names for file in name.split("+")]


def _parts(name: str) -> tuple[Path, str, date | None]:
    told, _, day = name.rpartition("@") if "@" in name.rpartition("=")[2] else (name, "", "")
    file, _, code = told.partition("=")
    try:
        return Path(file), code, date.fromisoformat(day) if day else None
    except ValueError as error:
        raise BadScene(f"{name}: {error}; a date is written 2020-01-13.") from error


def _read(name: str, rng: np.random.Generator) -> list[Chip]:
    path, code, day = _parts(name)
    info = inspect(path)
    sensor = _sensor(path, code)
    if info.width * info.height <= _MOST_PIXELS:
        chips = [read_file(path, sensor, acquired=day)]
    else:
        grid = grid_for(info, _WINDOW_PX)
        col0, row0, cols, rows = grid.tile_range(info)
        places = rng.permutation(cols * rows)[: _MOST_PIXELS // _WINDOW_PX**2].tolist()
        tiles = [(col0 + place % cols, row0 + place // cols) for place in places]
        chips = [read_chip(path, sensor, grid, col, row, acquired=day) for col, row in tiles]
    usable = [chip for chip in chips if chip.valid_fraction >= _LEAST_VALID]
    if not usable:
        raise EmptyRaster(f"{path.name} has hardly any valid pixel; pretraining would learn nothing from it.")
    return usable


def _sensor(path: Path, code: str) -> Sensor:
    info = inspect(path)
    return calibrated(get_sensor(code), info) if code else instrument_of(info, path.name).sensor


def _group(files: Sequence[str]) -> Sample:
    """Read files of one footprint whole."""
    chips = []
    for name in files:
        path, code, day = _parts(name)
        info = inspect(path)
        if info.width * info.height > _MOST_PIXELS:
            raise FileTooLarge(
                f"{path.name} has {info.width} x {info.height} px; the files of a group are read whole, at most "
                f"{_MOST_PIXELS:,} px each. Cut them into shards first (python -m mlcore.pretrain shards)."
            )
        chips.append(read_file(path, _sensor(path, code), acquired=day))
    for chip, name in zip(chips[1:], files[1:], strict=True):
        if not _covers_same(chips[0], chip):
            raise BadGeoreference(
                f"{Path(files[0]).name} and {name} don't cover the same ground: {chips[0].bounds} {chips[0].crs} and "
                f"{chip.bounds} {chip.crs}. Files joined by + need one footprint; warp or cut them first."
            )
    return Sample(tuple(chips))


def _covers_same(one: Chip, other: Chip) -> bool:
    if one.bounds is None or other.bounds is None or one.crs != other.crs:  # no place, or one that isn't told alike
        shapes = [np.array(chip.mask.shape, float) for chip in (one, other)]
        return one.crs is None and bool(np.ptp(shapes[0] / shapes[1]) < _SAME_FOOTPRINT)
    west, south, east, north = one.bounds
    side = max(east - west, north - south)
    return bool(np.abs(np.array(one.bounds) - np.array(other.bounds)).max() <= _SAME_FOOTPRINT * side)
