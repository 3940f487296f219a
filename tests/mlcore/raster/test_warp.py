"""Tiles of a lattice read out of rasters that lie askew to it."""

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from pyproj import Transformer
from rasterio.enums import ColorInterp, Resampling

from mlcore.raster.grid import GridSpec
from mlcore.raster.info import inspect
from mlcore.raster.lattice import area_of, block_on, lattice_for, pixels_a_pixel, share_within
from mlcore.raster.opening import open_raster
from mlcore.raster.read import read_chip, valid_fractions
from mlcore.raster.render import render_chip
from mlcore.raster.warp import Cells, read_cells
from mlcore.sensors import unknown_sensor
from tests.rasters import UTM, UTM_ORIGIN, Style, ramp, write_raster

ONE = unknown_sensor(1)
GRID = GridSpec(UTM, tuple(UTM_ORIGIN)[:6], 64)
HERE = Transformer.from_crs(UTM, "EPSG:4326", always_xy=True).transform(500_000, 5_000_000)
WEST = Transformer.from_crs(UTM, "EPSG:32631", always_xy=True).transform(500_000, 5_000_000)
DEGREES = Affine(1e-4, 0, HERE[0] - 0.01, 0, -1e-4, HERE[1] + 0.01)


def marked(path: Path, *, crs: str, transform: Affine, spots: list[tuple[float, float]]) -> Path:
    """Write a raster that is 10 but for bright squares of 3 px around places of UTM."""
    values = np.full((1, 400, 400), 10, "uint16")
    x, y = Transformer.from_crs(UTM, crs, always_xy=True).transform(*np.array(spots).T)
    for column, row in zip(*(~transform * (x, y)), strict=True):
        values[0, int(row) - 1 : int(row) + 2, int(column) - 1 : int(column) + 2] = 1000
    return write_raster(path, values, crs=crs, transform=transform)


def centre_of(pixels: np.ndarray) -> tuple[float, float]:
    """Return column and row of the middle of what is bright."""
    weights = pixels - 10
    rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]] + 0.5
    return (columns * weights).sum() / weights.sum(), (rows * weights).sum() / weights.sum()


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:4326", DEGREES),
        ("EPSG:32631", Affine(10, 0, WEST[0] - 1000, 0, -10, WEST[1] + 2000)),
        (UTM, UTM_ORIGIN * Affine.rotation(33) * Affine.translation(-100, -100)),
        (UTM, Affine(10, 0, 500_000 - 1000, 0, 10, 5_000_000 - 2000)),
    ],
)
def test_it_works(tmp_path: Path, crs: str, transform: Affine) -> None:
    spot = (500_000 + 205, 5_000_000 - 405)
    path = marked(tmp_path / "a.tif", crs=crs, transform=transform, spots=[spot])
    chip = read_chip(path, ONE, GRID, 0, 0)
    assert chip.pixels.shape == (1, 64, 64)
    assert chip.crs == UTM
    assert centre_of(chip.pixels[0]) == pytest.approx((20.5, 40.5), abs=0.6)


def test_nothing_bleeds_in_from_where_there_is_no_data(tmp_path: Path) -> None:
    values = np.full((1, 400, 400), 100, "float32")
    values[:, :, 150:] = np.nan
    path = write_raster(tmp_path / "a.tif", values, crs="EPSG:4326", transform=DEGREES)
    chip = read_chip(path, ONE, GRID, 0, 0)
    assert 0.05 < chip.valid_fraction < 0.95
    np.testing.assert_allclose(chip.pixels[0][chip.mask], 100, rtol=1e-5)
    assert (chip.pixels[0][~chip.mask] == 0).all()


def test_finer_pixels_are_averaged_and_not_picked(tmp_path: Path) -> None:
    checks = np.indices((1280, 1280)).sum(axis=0)[None] % 2 * 100
    fine = UTM_ORIGIN * Affine.rotation(20) * Affine.translation(-30, -30) * Affine.scale(0.1)
    path = write_raster(tmp_path / "a.tif", checks.astype("float32"), transform=fine)
    chip = read_chip(path, ONE, GRID, 0, 0)
    np.testing.assert_allclose(chip.pixels[0][chip.mask], 50, atol=8)


def test_classes_are_never_mixed(tmp_path: Path) -> None:
    values = np.random.default_rng(0).choice([1, 9], (1, 400, 400)).astype("uint8")
    path = write_raster(
        tmp_path / "a.tif", values, crs="EPSG:4326", transform=DEGREES, colours=(ColorInterp.palette,),
        photometric="palette",
    )  # fmt: skip
    assert set(np.unique(read_chip(path, ONE, GRID, 0, 0).pixels)) == {1, 9}


def test_a_raster_of_0_to_360_degrees_is_met_west_of_greenwich(tmp_path: Path) -> None:
    values = np.broadcast_to(np.arange(360, dtype="float32") + 0.5, (1, 180, 360)).copy()
    path = write_raster(tmp_path / "a.tif", values, crs="EPSG:4326", transform=Affine(1, 0, 0, 0, -1, 90))
    grid = GridSpec("EPSG:32618", (10, 0, 500_000, 0, -10, 4_500_000), 64)  # 75 degrees west
    np.testing.assert_allclose(read_chip(path, ONE, grid, 0, 0).pixels, 285, atol=0.05)


def test_tiles_beyond_the_raster_or_the_crs_are_not_valid(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(1, 400, 400), crs="EPSG:4326", transform=DEGREES)
    for column, row in ((900, 900), (10**7, 10**7), (-(10**8), 3)):
        assert not read_chip(path, ONE, GRID, column, row).mask.any()


def test_valid_shares_agree_with_the_chips(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(1, 200, 150), crs="EPSG:4326", transform=DEGREES)
    column, row, columns, rows = block_on(GRID, inspect(path)) or (0, 0, 0, 0)
    assert columns * rows > 4
    shares = valid_fractions(path, GRID, column, row, columns, rows)
    read = [
        [read_chip(path, ONE, GRID, column + x, row + y).valid_fraction for x in range(columns)] for y in range(rows)
    ]
    np.testing.assert_allclose(shares, read, atol=0.04)
    assert shares.max() > 0.99


def test_what_is_transformed_between_knots_is_exact(tmp_path: Path) -> None:
    slope = np.indices((400, 400)).sum(axis=0)[None].astype("float32")
    path = write_raster(tmp_path / "a.tif", slope, crs="EPSG:4326", transform=DEGREES)
    with open_raster(path) as dataset:
        whole = read_cells(dataset, Cells(GRID, 0, 0), (64, 64), bands=[1])[0]
        parts = [
            read_cells(dataset, Cells(GridSpec(UTM, GRID.transform, 8), 0, row), (8, 8), bands=[1])[0]
            for row in range(8)
        ]
    np.testing.assert_allclose(whole[0, :, :8], np.concatenate([part[0] for part in parts]), atol=0.11)


def test_a_picture_of_another_crs_is_drawn(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(1, 400, 400), crs="EPSG:4326", transform=DEGREES)
    assert render_chip(path, GRID, 0, 0, Style((0,), ((0, 255),)), margin_px=32)[:4] == b"\x89PNG"


def test_a_crs_speaks_for_its_own_ground() -> None:
    zone = area_of("EPSG:32601")  # 180 to 174 degrees west, and a little across the antimeridian
    assert len(zone.geoms) == 2
    assert share_within("EPSG:32632", area_of("EPSG:32632")) == pytest.approx(1)
    assert share_within("EPSG:32632", area_of("EPSG:32640")) == 0


def test_a_proposed_lattice_begins_at_whole_pixels_above_left(tmp_path: Path) -> None:
    info = inspect(write_raster(tmp_path / "a.tif", ramp(1, 400, 400), crs="EPSG:4326", transform=DEGREES))
    grid = lattice_for([info], UTM, 20.0, 32)
    assert (grid.transform[0], grid.transform[2] % 20, grid.transform[5] % 20) == (20, 0, 0)
    assert block_on(grid, info)[:2] == (0, 0)
    assert pixels_a_pixel(grid, info) == pytest.approx(2.1, abs=0.2)


def test_nearest_gives_no_number_between(tmp_path: Path) -> None:
    values = np.where(np.indices((1, 200, 200)).sum(axis=0) % 2, 3, 9).astype("uint8")  # classes, side by side
    path = write_raster(tmp_path / "a.tif", values, crs="EPSG:3035", transform=Affine(10, 0, 4_321_000, 0, -10, 2.5e6))
    centre = Transformer.from_crs("EPSG:3035", UTM, always_xy=True).transform(4_322_000, 2.5e6 - 1000)
    grid = GridSpec(UTM, (7, 0, centre[0] - 200, 0, -7, centre[1] + 200), 50)
    with open_raster(path) as dataset:
        pixels, mask = read_cells(dataset, Cells(grid, 0, 0), (50, 50), bands=[1], resampling=Resampling.nearest)
    assert mask.all()
    assert set(np.unique(pixels).tolist()) == {3, 9}
