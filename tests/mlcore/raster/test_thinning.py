"""Thinning reads each large block once, and what it reads is what one read of all would have given."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.enums import Resampling
from rasterio.windows import Window

from mlcore.raster import thinning
from mlcore.raster.cog import to_cog
from mlcore.raster.info import inspect
from mlcore.raster.thinning import read_thin, read_thin_masks
from tests.rasters import ramp, write_raster


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a raster of 64 blocks, with holes."""
    values = ramp(3, 512, 512, "uint16")
    values[:, 100:150, 200:300] = 0
    return write_raster(tmp_path / "a.tif", values, tiled=True, blockxsize=64, blockysize=64, nodata=0)


@pytest.mark.parametrize("held", [1, 2 * 64 * 64 * 6, 10**9])
@pytest.mark.parametrize("size", [(100, 100), (37, 90), (512, 512), (1, 1)])
def test_it_works(path: Path, monkeypatch: pytest.MonkeyPatch, held: int, size: tuple[int, int]) -> None:
    monkeypatch.setattr(thinning, "_HELD_BYTES", held)
    window = Window(10, 20, 480, 490)
    with rasterio.open(path) as dataset:
        for place in (None, window):
            options = {"window": place, "out_shape": (2, *size)} if place else {"out_shape": (2, *size)}
            np.testing.assert_array_equal(
                read_thin(dataset, [1, 3], size, window=place), dataset.read([1, 3], **options)
            )
            np.testing.assert_array_equal(
                read_thin_masks(dataset, [1, 3], size, window=place), dataset.read_masks([1, 3], **options)
            )


def test_smooth_reads_have_no_seams(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinning, "_HELD_BYTES", 1)
    with rasterio.open(path) as dataset:
        smooth = read_thin(dataset, [1], (50, 50), resampling=Resampling.average)
        np.testing.assert_array_equal(smooth, dataset.read([1], out_shape=(1, 50, 50), resampling=Resampling.average))


def test_a_row_of_large_blocks_is_not_decoded_for_each_row_of_the_result(path: Path) -> None:
    asked: list[Any] = []

    class Large:
        """As wide as an orthophoto."""

        width = height = 30_000
        count, dtypes, block_shapes, interleaving = 3, ("uint8",) * 3, [(4096, 4096)] * 3, None

        def read(self, bands: list[int], *, window: Window, out_shape: tuple[int, ...], **_: Any) -> Any:
            asked.append(window)
            return np.zeros(out_shape)

    assert read_thin(Large(), [1], (1024, 1024)).shape == (1, 1024, 1024)  # type: ignore[arg-type]
    assert max(window.width for window in asked) <= 4096  # so that a row of them, cut or not, stays in the cache
    assert sum(window.width for window in asked) == pytest.approx(30_000)


def test_a_raster_of_large_blocks_is_converted_to_the_same_numbers(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = ramp(3, 700, 1100, "uint16")
    source = write_raster(tmp_path / "big.tif", values, tiled=True, blockxsize=400, blockysize=400)
    monkeypatch.setattr(thinning, "_HELD_BYTES", 1)
    shares: list[float] = []
    to_cog(source, tmp_path / "cog.tif", inspect(source), progress=shares.append)
    with rasterio.open(tmp_path / "cog.tif") as made:
        np.testing.assert_array_equal(made.read(), values)
    assert shares == sorted(shares)
