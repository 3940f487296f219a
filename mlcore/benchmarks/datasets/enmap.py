"""EnMAP over Potsdam (16 tiles of 32 x 32 px, 30 m, 218 bands that live): sparse land-cover labels, 1..6."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rasterio
from numpy.typing import NDArray

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Layer, Patches, Places, Task, digest_of
from mlcore.benchmarks.datasets.rasters import read_labels
from mlcore.samples import Chip
from mlcore.sensors import Band, Quantity, Sensor, spectrometer

FOLDER = Path("enmap_potsdam")
SIDE_PX = 5  # 150 m: a tile is only 32 px wide
BLOCK_PX = 16
_PLACE, _ACQUIRED = (13.06, 52.40), date(2022, 7, 24)


class LabelledTile(NamedTuple):
    """A tile without its dead bands."""

    file: str
    chip: Chip
    corner: tuple[float, float]  # row and column in the scene's lattice
    truth: NDArray[np.int64]  # class codes [32, 32], 0 where there is none


def read_tiles(root: Path) -> list[LabelledTile]:
    """Return every tile with its labels.

    Raises:
        DataAbsent: there are none.
    """
    images = sorted((root / FOLDER / "images").glob("*.tif"))
    if not images:
        raise DataAbsent(f"{root / FOLDER / 'images'} holds no tiles.")
    return [LabelledTile(path.name, *_tile(path), read_labels(root / FOLDER / "labels" / path.name)) for path in images]


def load(root: Path) -> DataSet:
    """Return every labelled pixel with the 5 x 5 px around it, mirrored at the edges of its tile."""
    tiles = read_tiles(root)
    chips, corners = [tile.chip for tile in tiles], np.array([tile.corner for tile in tiles])
    truth = np.stack([tile.truth for tile in tiles])
    scene, row, column = np.nonzero(truth)
    targets = truth[scene, row, column].astype(np.int64)
    cut = Patches([[Layer(chip)] for chip in chips], (scene, row, column), SIDE_PX, place=_PLACE)
    local, corner = cut.places(BLOCK_PX), corners[scene]
    places = Places(local.row + corner[:, 0], local.column + corner[:, 1], SIDE_PX, BLOCK_PX)
    return DataSet(
        "enmap",
        "EnMAP Potsdam",
        Task.CLASSES,
        targets,
        places,
        {"hsi": cut},
        (5, 10, 20, 50),
        digest_of(targets, scene, row, column, *(chip.pixels for chip in chips)),
        scenes={"hsi": tuple(chips)},
        files=tuple(tile.file for tile in tiles),
        licence="EnMAP data, DLR 2022: scientific use with attribution",
        note="71 px of soil lie in few tiles; some layouts don't teach it",
    )


def _tile(path: Path) -> tuple[Chip, tuple[float, float]]:
    """Return a tile without its dead bands, and the row and column of its corner in the scene's lattice."""
    with rasterio.open(path) as file:
        pixels: NDArray[np.float32] = file.read()
        alive = np.flatnonzero((pixels != file.nodata).any((1, 2)))
        tags = [file.tags(int(index) + 1) for index in alive]
        corner = (round(-file.bounds.top / file.res[0]), round(file.bounds.left / file.res[0]))
        mask = (pixels[alive] != file.nodata).all(0)
        chip = Chip(np.ascontiguousarray(pixels[alive]), mask, _sensor(tags), acquired=_ACQUIRED)
    return chip, corner


def _sensor(tags: list[dict[str, str]]) -> Sensor:
    centres, widths = ([float(tag[name]) for tag in tags] for name in ("wavelength", "fwhm"))
    made = spectrometer(centres, code="enmap", title="EnMAP")
    bands = tuple(
        Band(band.name, band.title, centre, width)
        for band, centre, width in zip(made.bands, centres, widths, strict=True)
    )
    return replace(made, bands=bands, gsd_m=30.0, quantity=Quantity.REFLECTANCE_1E4)
