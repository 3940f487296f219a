"""How far a raster lies beside another is told to a tenth of a pixel, or not at all."""

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom

from mlcore.errors import BadGeoreference
from mlcore.raster.coregistration import Band, measure_offset
from mlcore.raster.moved import moved
from tests.rasters import UTM_ORIGIN, write_raster

FINE = 10  # of the field's cells in a pixel


@pytest.fixture(scope="module")
def field() -> NDArray[np.float64]:
    """Return ground in cells of a tenth of a pixel: fields, roads and noise at all scales."""
    rng = np.random.default_rng(4)
    total = sum(zoom(rng.normal(size=(n, n)), 3200 / n, order=1)[:3200, :3200] * 60 / n**0.5 for n in (20, 80, 320))
    return gaussian_filter(total, 3)


def seen(field: NDArray[np.float64], across: float, down: float, size: int = 256) -> NDArray[np.uint16]:
    """Return the ground as a sensor sees it whose pixels begin so many pixels right of and below its corner."""
    x, y = round((20 + across) * FINE), round((20 + down) * FINE)
    part = field[y : y + size * FINE, x : x + size * FINE]
    return (2000 + 100 * part.reshape(size, FINE, size, FINE).mean(axis=(1, 3))).astype(np.uint16)[None]


@pytest.mark.parametrize(("across", "down"), [(1.3, -0.7), (0.0, 0.0), (-3.4, 2.2)])
def test_it_works(field: NDArray[np.float64], tmp_path: Path, across: float, down: float) -> None:
    right = write_raster(tmp_path / "right.tif", seen(field, 0, 0))
    off = write_raster(tmp_path / "off.tif", seen(field, across, down))  # said to lie at the same place
    told = measure_offset(Band(off, 0), Band(right, 0))
    assert not told.refusal
    assert (told.across_px, told.down_px) == pytest.approx((across, down), abs=0.1)
    assert told.metres == pytest.approx(10 * float(np.hypot(across, down)), abs=1)
    assert (told.spread_px < 0.1, told.windows) == (True, 4)
    assert told.alike_after > 0.9
    again = measure_offset(Band(moved(off, (told.across_px, told.down_px)), 0), Band(right, 0))
    assert (again.across_px, again.down_px) == pytest.approx((0, 0), abs=0.15)


def test_a_reference_of_another_crs_and_coarser_pixels(field: NDArray[np.float64], tmp_path: Path) -> None:
    coarse = seen(field, 0, 0)[0].reshape(1, 128, 2, 128, 2).mean(axis=(2, 4)).astype(np.uint16)
    right = write_raster(tmp_path / "right.tif", coarse, transform=UTM_ORIGIN @ Affine.scale(2))
    off = write_raster(tmp_path / "off.tif", seen(field, 1.3, -0.7))
    told = measure_offset(Band(off, 0), Band(right, 0))
    assert (told.across_px, told.down_px) == pytest.approx((1.3, -0.7), abs=0.2)


def test_bands_that_are_not_alike_are_compared_by_their_edges(field: NDArray[np.float64], tmp_path: Path) -> None:
    right = write_raster(tmp_path / "right.tif", (9000 - seen(field, 0, 0) / 2).astype(np.float32))
    off = write_raster(tmp_path / "off.tif", seen(field, 1.3, -0.7))
    assert measure_offset(Band(off, 0), Band(right, 0)).refusal
    told = measure_offset(Band(off, 0), Band(right, 0), edges=True)
    assert (told.across_px, told.down_px) == pytest.approx((1.3, -0.7), abs=0.15)


@pytest.mark.parametrize("what", ["flat", "noise"])
def test_without_structure_nothing_is_told(field: NDArray[np.float64], tmp_path: Path, what: str) -> None:
    right = write_raster(tmp_path / "right.tif", seen(field, 0, 0))
    values = np.full((1, 256, 256), 7, np.uint16)
    if what == "noise":
        values = np.random.default_rng(5).integers(0, 3000, values.shape, np.uint16)
    off = write_raster(tmp_path / "off.tif", values)
    assert measure_offset(Band(off, 0), Band(right, 0)).refusal


def test_parts_that_lie_differently_have_no_one_offset(field: NDArray[np.float64], tmp_path: Path) -> None:
    right = write_raster(tmp_path / "right.tif", seen(field, 0, 0))
    torn = np.concatenate([seen(field, 4, 0)[:, :128], seen(field, -4, 0)[:, 128:]], axis=1)
    told = measure_offset(Band(write_raster(tmp_path / "off.tif", torn), 0), Band(right, 0))
    assert "lie differently" in told.refusal or "looks alike" in told.refusal


def test_rasters_of_other_ground_are_not_compared(field: NDArray[np.float64], tmp_path: Path) -> None:
    right = write_raster(tmp_path / "right.tif", seen(field, 0, 0))
    far = write_raster(tmp_path / "far.tif", seen(field, 0, 0), transform=UTM_ORIGIN @ Affine.translation(9000, 0))
    assert "no common ground" in measure_offset(Band(far, 0), Band(right, 0)).refusal


def test_without_a_place_there_is_nothing_to_compare(field: NDArray[np.float64], tmp_path: Path) -> None:
    right = write_raster(tmp_path / "right.tif", seen(field, 0, 0))
    off = write_raster(tmp_path / "off.tif", seen(field, 0, 0), crs=None, transform=Affine.identity())
    with pytest.raises(BadGeoreference, match="place on the map"):
        measure_offset(Band(off, 0), Band(right, 0))
