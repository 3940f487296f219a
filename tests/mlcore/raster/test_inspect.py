"""inspect: what a raster is, and which files are refused."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.enums import ColorInterp

from mlcore.errors import BadGeoreference, FileTooLarge, UnreadableFile, UnsafeFile
from mlcore.raster.info import Limits, inspect
from tests.rasters import RGBA, ramp, write_raster


def test_it_works(tmp_path: Path) -> None:
    path = write_raster(
        tmp_path / "scene.tif", ramp(2, 90, 120, "uint16"), nodata=7, descriptions=("B1", "B2"), tags={"SENSOR": "x"}
    )
    info = inspect(path)
    assert (info.driver, info.width, info.height, info.count, info.dtype) == ("GTiff", 120, 90, 2, "uint16")
    assert info.crs == "EPSG:32632"
    assert info.transform == (10, 0, 500_000, 0, -10, 5_000_000)
    assert info.nodata == 7
    assert info.descriptions == ("B1", "B2")
    assert info.tags["SENSOR"] == "x"
    assert not info.is_cog


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"])
def test_it_takes_every_real_dtype(tmp_path: Path, dtype: str) -> None:
    assert inspect(write_raster(tmp_path / "a.tif", ramp(1, 20, 20, dtype))).dtype == dtype


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "slc.tif", np.ones((1, 8, 8), "complex64"))
    with pytest.raises(UnreadableFile, match="complex numbers; export amplitude"):
        inspect(path)


def test_a_png_has_image_coordinates(tmp_path: Path) -> None:
    info = inspect(write_raster(tmp_path / "a.png", crs=None, transform=Affine.identity(), driver="PNG"))
    assert (info.driver, info.crs, info.transform) == ("PNG", None, (1, 0, 0, 0, 1, 0))


def test_a_transform_without_crs_is_image_coordinates(tmp_path: Path) -> None:
    info = inspect(write_raster(tmp_path / "a.tif", crs=None))
    assert (info.crs, info.transform) == (None, (1, 0, 0, 0, 1, 0))


def test_ground_control_points_are_image_coordinates(tmp_path: Path) -> None:
    points = [GroundControlPoint(row, col, col, row) for row in (0, 8) for col in (0, 8)]
    path = tmp_path / "gcps.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8", gcps=points, crs="EPSG:4326"
    ) as dataset:
        dataset.write(ramp(1, 8, 8))
    assert inspect(path).crs is None


def test_alpha_is_not_a_band_of_measurements(tmp_path: Path) -> None:
    values = ramp(4, 64, 64)
    values[3] = 255
    values[3, :20] = 0
    info = inspect(write_raster(tmp_path / "rgba.tif", values, colours=RGBA))
    assert (info.count, info.has_alpha) == (3, True)


@pytest.mark.parametrize("water", [0, 1])
def test_near_infrared_over_dark_water_is_no_alpha(tmp_path: Path, water: int) -> None:
    rng = np.random.default_rng(1)
    values = rng.integers(20, 200, (4, 64, 64), dtype=np.uint8)
    values[3] = rng.integers(0, 1 + water, (64, 64))
    values[3, :12] = rng.integers(60, 200, (12, 64)) if water else 180
    path = write_raster(tmp_path / "rgbn.tif", values, photometric="RGB", colours=RGBA)
    info = inspect(path)
    assert (info.count, info.has_alpha) == (4, False)


def test_a_fourth_band_that_writers_call_alpha_is_near_infrared(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "rgbn.tif", ramp(4, 64, 64), colours=RGBA)
    with rasterio.open(path) as dataset:
        assert dataset.colorinterp[3] is ColorInterp.alpha
    info = inspect(path)
    assert (info.count, info.has_alpha) == (4, False)


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.tif"
    path.write_text("this is no raster")
    with pytest.raises(UnsafeFile, match=r"notes\.tif is not a GeoTIFF"):
        inspect(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.tif"
    path.touch()
    with pytest.raises(UnsafeFile, match="is not a GeoTIFF"):
        inspect(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        inspect(tmp_path / "nothing.tif")


@pytest.mark.parametrize("tiled", [True, False])
@pytest.mark.parametrize("share", [0.3, 0.95, 0.999])
def test_a_truncated_tiff_is_refused(tmp_path: Path, tiled: bool, share: float) -> None:
    path = write_raster(tmp_path / "cut.tif", ramp(3, 600, 600), tiled=tiled, compress="deflate")
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(UnreadableFile, match=r"cut\.tif is (truncated|damaged)"):
        inspect(path)


def test_a_truncated_png_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "cut.png", ramp(3, 300, 300), crs=None, transform=Affine.identity(), driver="PNG")
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(UnreadableFile):
        inspect(path)


def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tif"
    options = {"driver": "GTiff", "width": 60_000, "height": 60_000, "count": 1, "dtype": "uint8", "tiled": True}
    with rasterio.open(path, "w", sparse_ok=True, **options):
        pass
    assert path.stat().st_size < 2_000_000
    with pytest.raises(FileTooLarge, match="60000 x 60000 px"):
        inspect(path)


def test_a_large_image_that_must_be_decoded_whole_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.png", ramp(3, 300, 300), crs=None, transform=Affine.identity(), driver="PNG")
    with pytest.raises(FileTooLarge, match="above 100,000 values"):
        inspect(path, limits=Limits(max_image_pixels=100_000))


def test_too_many_bands_are_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "many.tif", ramp(5, 8, 8))
    with pytest.raises(FileTooLarge, match="5 bands; at most 4"):
        inspect(path, limits=Limits(max_bands=4))


def test_one_huge_block_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "strip.tif", ramp(1, 500, 500))
    with pytest.raises(FileTooLarge, match="in one block"):
        inspect(path, limits=Limits(max_block_bytes=1000))


def _patch_samples_per_pixel(path: Path, count: int) -> None:
    data = bytearray(path.read_bytes())
    (start,) = struct.unpack("<I", data[4:8])
    (entries,) = struct.unpack("<H", data[start : start + 2])
    for entry in range(start + 2, start + 2 + 12 * entries, 12):
        if struct.unpack("<H", data[entry : entry + 2])[0] == 277:
            data[entry + 8 : entry + 10] = struct.pack("<H", count)
    path.write_bytes(bytes(data))


def test_a_tiff_with_no_band_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "none.tif", ramp(1, 8, 8))
    _patch_samples_per_pixel(path, 0)
    with pytest.raises(UnreadableFile):
        inspect(path)


@pytest.mark.parametrize(
    "transform",
    [
        Affine(0.1, 0, 500, 0, -0.1, 40),
        Affine(0.1, 0, 10, 0, -0.1, 140),
        Affine(30, 0, 0, 0, -30, 0),
        Affine(np.nan, 0, 0, 0, -1, 0),
        Affine(1, 0, np.inf, 0, -1, 0),
    ],
)
def test_an_impossible_geographic_transform_is_refused(tmp_path: Path, transform: Affine) -> None:
    path = write_raster(tmp_path / "odd.tif", crs="EPSG:4326", transform=transform)
    with pytest.raises(BadGeoreference, match=r"odd\.tif"):
        inspect(path)


def test_a_transform_without_area_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "flat.tif", transform=Affine(10, 10, 500_000, 10, 10, 5_000_000))
    with pytest.raises(BadGeoreference, match="impossible transform"):
        inspect(path)


def test_a_place_off_the_projection_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "far.tif", transform=Affine(10, 0, 1e15, 0, -10, 1e15))
    with pytest.raises(BadGeoreference, match="outside the area"):
        inspect(path)


def test_a_global_grid_of_pixel_centres_is_taken(tmp_path: Path) -> None:
    path = write_raster(
        tmp_path / "era.tif", ramp(1, 181, 360), crs="EPSG:4326", transform=Affine(1, 0, -0.5, 0, -1, 90.5)
    )
    assert inspect(path).crs == "EPSG:4326"


@pytest.mark.parametrize(("tag", "at", "value"), [(324, 2, 0), (324, 2, 2), (325, 2, 9999)])
def test_a_broken_table_of_contents_is_told(tmp_path: Path, tag: int, at: int, value: int) -> None:
    path = write_raster(
        tmp_path / "a.tif", ramp(3, 300, 280), tiled=True, blockxsize=64, blockysize=64, compress="deflate"
    )
    data = bytearray(path.read_bytes())
    start = int.from_bytes(data[4:8], "little") + 2
    entries = range(start, start + 12 * int.from_bytes(data[start - 2 : start], "little"), 12)
    entry = next(place for place in entries if int.from_bytes(data[place : place + 2], "little") == tag)
    data[entry + at : entry + at + 2] = value.to_bytes(2, "little")
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="a.tif is damaged or truncated"):
        inspect(path)


def test_a_forged_jpeg_2000_does_not_keep_it_busy_for_ever(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.jp2", ramp(3, 300, 280), driver="JP2OpenJPEG")
    data = bytearray(path.read_bytes())
    data[data.index(b"lbl ") - 1] = 0  # the length of a box: GDAL's description of the file never gets past it
    path.write_bytes(data)
    script = f"from pathlib import Path; from mlcore.raster.info import inspect; inspect(Path({str(path)!r}))"
    subprocess.run([sys.executable, "-c", script], check=False, timeout=60, capture_output=True)
