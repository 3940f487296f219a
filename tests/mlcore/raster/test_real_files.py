"""Real imagery: inspected, converted, read and shown."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from mlcore.raster.cog import to_cog
from mlcore.raster.grid import grid_for
from mlcore.raster.info import footprint, inspect
from mlcore.raster.instruments import instrument_of
from mlcore.raster.read import read_chip, valid_fractions
from mlcore.raster.render import render_overview
from tests.rasters import real_file, usual_style

# file, sensor, longitude and latitude inside it
FILES = [
    ("cog/s2_boadella_20200113.tif", "sentinel2-l2a", (2.82, 42.34)),
    ("cog/taizhou_2000.tif", "landsat-tm6", (119.9, 32.46)),
    ("cog/sen1floods11_spain_s1.tif", "sentinel1-grd", (-0.72, 38.1)),
    ("cog/s2_newzealand_T60HWB.tif", "sentinel2-l1c", (177.73, -38.97)),
    ("enmap_potsdam/images/enmap_potsdam_tile_128_0.tif", "spectrometer", (13.0, 52.42)),
    ("geo_cogs/rio_tiler/pix4d_uav_alpha.tif", "rgb", None),
    ("geo_cogs/rio_tiler/s1_gcps.tif", "pan", None),
    ("geo_cogs/titiler/above_cog.tif", "unknown-31", (-103.5, 72.6)),
    ("geo_cogs/titiler/dem.tif", "elevation", (7.1, 45.93)),
    ("geo_cogs/rasterio/world.rgb.tif", "rgb", (0, 0)),
]


@pytest.mark.parametrize(("name", "code", "point"), FILES, ids=[Path(name).stem for name, _, _ in FILES])
def test_it_works(tmp_path: Path, name: str, code: str, point: tuple[float, float] | None) -> None:
    source, path = real_file(name), tmp_path / "scene.tif"
    info = inspect(source)
    to_cog(source, path, info)
    stored = inspect(path)
    assert stored.is_cog
    assert (stored.crs, stored.transform, stored.count) == (info.crs, info.transform, info.count)
    sensor = instrument_of(info, source.name).sensor
    assert sensor.code == code
    if point:
        assert footprint(info).distance(shapely.Point(point)) < 0.05
    grid = grid_for(stored, 64)
    col0, row0, cols, rows = grid.tile_range(stored)
    fractions = valid_fractions(path, grid, col0, row0, cols, rows)
    row, col = np.unravel_index(fractions.argmax(), fractions.shape)
    chip = read_chip(path, sensor, grid, col0 + int(col), row0 + int(row))
    assert chip.valid_fraction == pytest.approx(fractions.max(), abs=0.1)
    assert np.isfinite(chip.pixels).all()
    assert render_overview(path, usual_style(path, sensor)).startswith(b"\x89PNG")
