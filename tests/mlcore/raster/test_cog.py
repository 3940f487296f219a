"""to_cog: any accepted raster becomes a cloud-optimised GeoTIFF with the same content."""

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio._env import get_gdal_config
from rasterio.enums import ColorInterp

from mlcore.errors import UnreadableFile
from mlcore.raster import cog
from mlcore.raster.cog import to_cog
from mlcore.raster.info import inspect
from tests.rasters import RGBA, UTM, UTM_ORIGIN, ramp, write_raster


def _converted(source: Path, **options: object) -> Path:
    target = source.with_name("out.tif")
    to_cog(source, target, inspect(source), **options)
    return target


def test_it_works(tmp_path: Path) -> None:
    values = ramp(3, 700, 900, "uint16")
    source = write_raster(tmp_path / "a.tif", values, nodata=0, descriptions=("x", "y", "z"), tags={"SENSOR": "s"})
    seen: list[float] = []
    target = _converted(source, progress=seen.append)
    info = inspect(target)
    assert info.is_cog
    assert (info.crs, info.transform, info.nodata) == (UTM, tuple(UTM_ORIGIN)[:6], 0)
    assert (info.descriptions, info.tags["SENSOR"]) == (("x", "y", "z"), "s")
    with rasterio.open(target) as dataset:
        np.testing.assert_array_equal(dataset.read(), values)
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.block_shapes[0] == (256, 256)
        assert dataset.overviews(1) == [2]
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert sorted(os.listdir(tmp_path)) == ["a.tif", "out.tif"]


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
)
@pytest.mark.parametrize("bands", [1, 4, 17])
def test_it_keeps_every_dtype(tmp_path: Path, dtype: str, bands: int) -> None:
    values = ramp(bands, 530, 40, dtype)
    target = _converted(write_raster(tmp_path / "a.tif", values))
    with rasterio.open(target) as dataset:
        assert set(dataset.dtypes) == {dtype}
        np.testing.assert_array_equal(dataset.read(), values)
    assert inspect(target).is_cog


def test_a_cube_is_stored_by_band(tmp_path: Path) -> None:
    values = ramp(20, 300, 600, "int16")
    target = _converted(write_raster(tmp_path / "a.tif", values, interleave="pixel"))
    with rasterio.open(target) as dataset:
        np.testing.assert_array_equal(dataset.read(), values)
        assert dataset.interleaving.value == "BAND"
        assert dataset.block_shapes[0] == (256, 256)
        assert dataset.overviews(1) == [2]
    assert inspect(target).is_cog


def test_a_pixel_interleaved_cube_is_no_good_cog(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(20, 64, 64), driver="COG")
    assert not inspect(path).is_cog


def test_a_good_cog_is_kept_byte_for_byte(tmp_path: Path) -> None:
    source = write_raster(tmp_path / "a.tif", ramp(3, 600, 600), driver="COG", compress="deflate")
    assert inspect(source).is_cog
    target = _converted(source)
    assert target.read_bytes() == source.read_bytes()
    assert not os.path.samefile(source, target)


def test_alpha_becomes_a_mask(tmp_path: Path) -> None:
    values = ramp(4, 600, 64)
    values[3] = 255
    values[3, :100] = 0
    target = _converted(write_raster(tmp_path / "a.tif", values, colours=RGBA))
    with rasterio.open(target) as dataset:
        assert dataset.colorinterp == RGBA[:3]
        mask = dataset.dataset_mask()
        assert (mask[:100] == 0).all()
        assert (mask[100:] == 255).all()
    assert inspect(target).is_cog


def test_near_infrared_that_was_called_alpha_stays_a_band(tmp_path: Path) -> None:
    values = ramp(4, 64, 64)
    target = _converted(write_raster(tmp_path / "a.tif", values, colours=RGBA))
    with rasterio.open(target) as dataset:
        assert ColorInterp.alpha not in dataset.colorinterp
        np.testing.assert_array_equal(dataset.read(), values)


def test_a_mask_band_is_kept(tmp_path: Path) -> None:
    mask = np.zeros((64, 64), bool)
    mask[10:20] = True
    target = _converted(write_raster(tmp_path / "a.tif", ramp(2, 64, 64), mask=mask))
    with rasterio.open(target) as dataset:
        np.testing.assert_array_equal(dataset.dataset_mask() > 0, mask)


@pytest.mark.parametrize("nodata", [None, -9999.0])
def test_nan_becomes_nodata_and_does_not_spread_in_overviews(tmp_path: Path, nodata: float | None) -> None:
    values = np.full((1, 1024, 1024), 5, "float32")
    values[0, ::2] = np.nan
    target = _converted(write_raster(tmp_path / "a.tif", values, nodata=nodata))
    with rasterio.open(target) as dataset:
        assert dataset.read_masks(1)[1::2].all()
        assert not dataset.read_masks(1)[::2].any()
        small = dataset.read(1, out_shape=(512, 512), masked=True)
        assert small.compressed().tolist() == [5] * (512 * 512)


def test_image_coordinates_stay(tmp_path: Path) -> None:
    source = write_raster(tmp_path / "a.png", crs=None, transform=Affine.identity(), driver="PNG")
    info = inspect(_converted(source))
    assert (info.crs, info.transform, info.driver) == (None, (1, 0, 0, 0, 1, 0), "GTiff")


@pytest.mark.parametrize(("driver", "name"), [("JPEG", "a.jpg"), ("JP2OpenJPEG", "a.jp2")])
def test_lossy_images_are_taken(tmp_path: Path, driver: str, name: str) -> None:
    values = np.full((3, 80, 80), 120, "uint8")
    source = write_raster(tmp_path / name, values, crs=None, transform=Affine.identity(), driver=driver)
    with rasterio.open(_converted(source)) as dataset:
        np.testing.assert_allclose(dataset.read(), values, atol=3)


def test_a_cog_with_too_few_overviews_is_converted(tmp_path: Path) -> None:
    source = write_raster(tmp_path / "a.tif", ramp(1, 40, 4000), driver="COG", overview_count=1)
    assert not inspect(source).is_cog
    with rasterio.open(_converted(source)) as dataset:
        assert dataset.overviews(1) == [2, 4, 8]


def test_a_palette_is_kept(tmp_path: Path) -> None:
    source = write_raster(tmp_path / "a.tif", ramp(1, 64, 64), photometric="palette")
    with rasterio.open(source, "r+") as dataset:
        dataset.write_colormap(1, {1: (10, 20, 30, 255)})
    with rasterio.open(_converted(source)) as dataset:
        assert dataset.colormap(1)[1] == (10, 20, 30, 255)


@pytest.mark.parametrize("driver", ["GTiff", "COG"])
def test_a_damaged_block_leaves_nothing_behind(tmp_path: Path, driver: str) -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 5, (3, 600, 600)).astype("uint8")
    source = write_raster(tmp_path / "a.tif", values, driver=driver, compress="deflate")
    with rasterio.open(source) as dataset:
        block = int(dataset.get_tag_item("BLOCK_OFFSET_0_1", "TIFF", bidx=1))
    with source.open("r+b") as file:
        file.seek(block)
        file.write(bytes(2000))
    with pytest.raises(UnreadableFile, match=r"a\.tif is damaged"):
        to_cog(source, tmp_path / "out.tif", inspect(source))
    assert os.listdir(tmp_path) == ["a.tif"]


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_raster(tmp_path / "a.tif")
    usage = cog.shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(cog.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(OSError, match="needs 0 MiB of disk"):
        to_cog(source, tmp_path / "out.tif", inspect(source))
    assert os.listdir(tmp_path) == ["a.tif"]


def test_gdal_keeps_a_few_hundred_megabytes_of_blocks_however_large_the_machine() -> None:
    assert get_gdal_config("GDAL_CACHEMAX") == 256 * 2**20
