"""Readers are chosen by how a file begins, whatever it is called."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from mlcore.errors import NotOffered, UnknownName, UnreadableFile, UnsafeFile
from mlcore.raster.grid import grid_for
from mlcore.raster.info import Limits, RasterInfo
from mlcore.readers import READERS, Reader, facts_from_dict, get_reader, reader_of
from mlcore.sensors import unknown_sensor
from tests.clouds import write_cloud
from tests.rasters import Style, ramp, write_raster

VRT = """<VRTDataset rasterXSize="8" rasterYSize="8"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
<SourceFilename>/vsicurl/http://127.0.0.1:1/a.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"""


def image(path: Path, driver: str) -> Path:
    return write_raster(path, crs=None, transform=Affine.identity(), driver=driver)


def test_it_works(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(3, 64, 128))
    reader = reader_of(path)
    facts = reader.inspect(path)
    assert (reader.kind, facts.kind, facts.crs, facts.summary) == (
        "raster",
        "raster",
        "EPSG:32632",
        "128 x 64 px with 3 bands",
    )
    assert isinstance(facts, RasterInfo)
    sensor, grid, style = unknown_sensor(3), grid_for(facts, 64), Style((0,), ((0, 255),))
    np.testing.assert_array_equal(reader.chip(path, sensor, grid, 1, 0).pixels, ramp(3, 64, 128)[:, :, 64:])
    assert reader.overview(path, sensor).pixels.shape == (3, 64, 128)
    assert [band.valid_fraction for band in reader.statistics(path)] == [1, 1, 1]
    assert reader.valid_fractions(path, grid, (0, 0, 2, 1)).tolist() == [[1, 1]]
    for picture in (reader.picture(path, grid, 0, 0, style), reader.preview(path, style)):
        assert picture.startswith(b"\x89PNG")
    reader.convert(path, tmp_path / "cog.tif", facts)
    assert reader.inspect(tmp_path / "cog.tif").summary == facts.summary


@pytest.mark.parametrize("name", ["a.tif", "a.las", "a.zip", "a"])
@pytest.mark.parametrize("driver", ["GTiff", "PNG", "JPEG", "JP2OpenJPEG"])
def test_the_name_of_a_raster_does_not_count(tmp_path: Path, name: str, driver: str) -> None:
    path = image(tmp_path / "made", driver).rename(tmp_path / name)
    facts = reader_of(path).inspect(path)
    assert isinstance(facts, RasterInfo)
    assert facts.driver == driver


@pytest.mark.parametrize("name", ["a.tif", "a.png", "a"])
@pytest.mark.parametrize("suffix", ["las", "laz"])
def test_the_name_of_a_cloud_does_not_count(tmp_path: Path, name: str, suffix: str) -> None:
    path = write_cloud(tmp_path / f"made.{suffix}").rename(tmp_path / name)
    assert reader_of(path).inspect(path).kind == "points"


def test_what_is_no_kind_names_the_kinds(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    for content in (b"no raster", b"\0" * 500, np.random.default_rng(0).bytes(5000), VRT.encode(), b"LAS", b"MM"):
        path.write_bytes(content)
        with pytest.raises(UnsafeFile, match=r"a\.tif is not a GeoTIFF.*, nor a LAS or LAZ.*refer to others"):
            reader_of(path)


def test_an_archive_is_no_kind_of_imagery(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.tif", "w") as archive:
        archive.writestr("a.tif", b"II*\0")
    with pytest.raises(UnsafeFile, match="is not a GeoTIFF"):
        reader_of(tmp_path / "a.tif")


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "a.tif").touch()
    with pytest.raises(UnreadableFile, match=r"a\.tif is empty"):
        reader_of(tmp_path / "a.tif")


def test_nothing_but_a_plain_local_file_is_opened(tmp_path: Path) -> None:
    link = tmp_path / "link.tif"
    link.symlink_to(write_raster(tmp_path / "a.tif"))
    for path in (link, tmp_path, Path("/dev/zero"), Path("/vsicurl/http://127.0.0.1:1/a.las")):
        with pytest.raises(UnsafeFile):
            reader_of(path)
    with pytest.raises(UnreadableFile, match="No such file"):
        reader_of(tmp_path / "missing.las")


def test_a_wrong_kind_lists_the_right_ones() -> None:
    assert get_reader("points") is READERS["points"]
    with pytest.raises(UnknownName, match="kind of file 'video'; choose one of: points, posts, raster, remote, series"):
        get_reader("video")


def test_a_way_of_reading_that_a_kind_lacks_says_so(tmp_path: Path) -> None:
    class Plain(Reader):
        kind, title, facts = "plain", "plain file", RasterInfo
        begins = inspect = chip = None  # type: ignore[assignment]

    with pytest.raises(NotOffered, match="no preview of a plain file yet"):
        Plain().preview(tmp_path / "a", Style((0,), ((0, 1),)))


@pytest.mark.parametrize("nodata", [None, 7.0, float("nan"), float("-inf")])
def test_facts_of_a_raster_survive_json(tmp_path: Path, nodata: float | None) -> None:
    path = write_raster(
        tmp_path / "a.tif", ramp(2, 8, 9, "float32"), nodata=nodata, descriptions=("red", ""), tags={"SENSOR": "S2A"}
    )
    facts = reader_of(path).inspect(path, limits=Limits(max_bands=2))
    again = facts_from_dict(json.loads(json.dumps(facts.to_dict() | {"statistics": []}, allow_nan=False)))
    assert repr(again) == repr(facts)
    assert again.to_dict()["kind"] == "raster"
