"""Stamps: files that are read as those which GDAL wrote itself, at a fraction of the time."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from mlcore.raster.info import inspect
from mlcore.raster.stamps import Stamps
from mlcore.raster.write import write_mask
from tests.rasters import UTM, UTM_ORIGIN

COLOURS = {1: (10, 20, 30), 2: (200, 100, 0)}
NAMES = {1: "water", 2: "salt pond"}
PLACES = {
    "utm": (UTM, UTM_ORIGIN),
    "rotated": (UTM, UTM_ORIGIN @ Affine.rotation(30)),
    "degrees": ("EPSG:4326", Affine(0.001, 0, 179.9, 0, -0.001, 47)),
    "south up": (UTM, Affine(10, 0, 500_000, 0, 10, 4_000_000)),
    "nowhere": (None, Affine.identity()),
}


def told(path: Path) -> tuple[object, ...]:
    with rasterio.open(path) as file:
        pixels = file.read(1)
        meaning = file.colormap(1)[2], file.tags(1), file.descriptions, file.nodata, file.compression
        return pixels.tolist(), file.crs, file.transform, file.block_shapes, meaning, file.colorinterp


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("size", [(64, 64), (32, 200), (256, 256), (300, 20), (1, 1)])
def test_it_works(tmp_path: Path, place: str, size: tuple[int, int]) -> None:
    crs, origin = PLACES[place]
    stamps, rng = Stamps(COLOURS, NAMES), np.random.default_rng(0)
    for number in range(3):
        classes = rng.integers(0, 3, size).astype(np.uint8) * (number > 0)  # the first is empty
        placed = origin @ Affine.translation(64 * number, -7 * number) if crs else origin
        ours, theirs = tmp_path / f"ours{number}.tif", tmp_path / f"theirs{number}.tif"
        stamps.write(ours, classes, placed, crs)
        write_mask(theirs, classes, placed, crs, colours=COLOURS, names=NAMES)
        assert told(ours) == told(theirs)
        assert inspect(ours).is_cog == inspect(theirs).is_cog
