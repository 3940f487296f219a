"""statistics: what the valid numbers of each band are."""

from pathlib import Path

import numpy as np
import pytest

from mlcore.errors import EmptyRaster
from mlcore.raster.statistics import BandStatistics, statistics
from tests.rasters import ramp, write_raster


def test_it_works(tmp_path: Path) -> None:
    values = np.stack([np.arange(10_000).reshape(100, 100), np.full((100, 100), 7)]).astype("int16")
    first, second = statistics(write_raster(tmp_path / "a.tif", values))
    assert (first.minimum, first.maximum, first.mean) == (0, 9999, 4999.5)
    assert (first.p2, first.p98) == pytest.approx((199.98, 9799.02))
    assert first.valid_fraction == 1
    assert (second.mean, second.std) == (7, 0)
    assert BandStatistics.from_dict(first.to_dict()) == first


@pytest.mark.parametrize(
    ("dtype", "hole", "nodata"),
    [("float32", np.nan, None), ("float32", np.inf, None), ("int16", -999, -999), ("float64", -1e30, -1e30)],
)
def test_invalid_numbers_do_not_count(tmp_path: Path, dtype: str, hole: float, nodata: float | None) -> None:
    values = np.full((1, 40, 40), 3, dtype)
    values[0, :10] = hole
    (band,) = statistics(write_raster(tmp_path / "a.tif", values, nodata=nodata))
    assert (band.minimum, band.maximum, band.valid_fraction) == (3, 3, 0.75)


def test_a_dead_band_is_all_zero(tmp_path: Path) -> None:
    values = ramp(2, 20, 20, "float32")
    values[1] = -32768
    _, dead = statistics(write_raster(tmp_path / "a.tif", values, nodata=-32768))
    assert set(dead.to_dict().values()) == {0}


@pytest.mark.parametrize(("value", "nodata"), [(np.nan, None), (-1, -1)])
def test_nothing_valid_is_an_error(tmp_path: Path, value: float, nodata: float | None) -> None:
    path = write_raster(tmp_path / "void.tif", np.full((2, 30, 30), value, "float32"), nodata=nodata)
    with pytest.raises(EmptyRaster, match=r"void\.tif has no valid pixel"):
        statistics(path)


def test_a_large_raster_is_sampled(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(50, 10, (1, 3000, 2500)).astype("float32")
    (band,) = statistics(write_raster(tmp_path / "a.tif", values))
    assert band.mean == pytest.approx(50, abs=0.1)
    assert band.p98 == pytest.approx(70.5, abs=0.3)
