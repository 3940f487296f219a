"""Stacks of remote files: read in windows as one raster, on the finest grid, and never opened as anything else."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.windows import Window

from mlcore.errors import BadGeoreference, NotReachable, RemoteChanged, UnreadableFile, UnsafeFile
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import DEFAULT_LIMITS
from mlcore.raster.moved import moved
from mlcore.raster.opening import open_raster
from mlcore.raster.point import Places
from mlcore.raster.stacking import Wanted, stacked
from mlcore.raster.stacks import Stack, StackPath
from mlcore.raster.window import read_window
from mlcore.readers import get_reader, reader_of
from mlcore.remote.ranges import chunks
from mlcore.sensors import unknown_sensor
from tests.hosts import Host, allowed, serving
from tests.rasters import UTM_ORIGIN, ramp, write_raster

FINE, COARSE = ramp(2, 512, 640, "uint16"), ramp(1, 256, 320, "uint16")
HALF = UTM_ORIGIN @ Affine.scale(2)
TILED = {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate"}


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a host that may be read."""
    with serving() as host, allowed(host.url):
        yield host


@pytest.fixture
def urls(host: Host, tmp_path: Path) -> list[str]:
    """Return the addresses of two bands of 10 m in one file, and of one of 20 m."""
    fine = write_raster(tmp_path / "fine.tif", FINE, nodata=0, overviews=(2, 4), **TILED)
    coarse = write_raster(tmp_path / "coarse.tif", COARSE, transform=HALF, nodata=0, **TILED)
    return [host.put("/fine.tif", fine), host.put("/coarse.tif", coarse)]


def path_of(stack: Stack, folder: Path) -> Path:
    """Write the description of a stack and return its file."""
    path = folder / "stack.json"
    path.write_text(json.dumps(stack.to_dict()))
    return path


@pytest.fixture
def stack(urls: list[str], tmp_path: Path) -> Path:
    """Return the file that describes the stack of both."""
    return path_of(stacked([Wanted(url) for url in urls], {}, DEFAULT_LIMITS), tmp_path)


def test_it_works(stack: Path) -> None:
    reader = get_reader("remote")
    info = reader.inspect(stack)
    assert (info.kind, info.width, info.height, info.count, info.dtype) == ("remote", 640, 512, 3, "uint16")
    assert (info.crs, info.transform, info.nodata) == ("EPSG:32632", tuple(UTM_ORIGIN)[:6], 0)
    grid = GridSpec(crs=info.crs, transform=info.transform, tile_px=64)
    chip = reader.chip(stack, unknown_sensor(3), grid, 2, 1)
    assert np.array_equal(chip.pixels[:2], FINE[:, 64:128, 128:192])
    assert chip.mask.all()
    near = np.repeat(np.repeat(COARSE[0, 32:64, 64:96], 2, axis=0), 2, axis=1)
    assert np.abs(chip.pixels[2] - near).mean() < 8  # bilinear between coarser pixels
    assert len(reader.statistics(stack)) == 3


def test_a_window_costs_a_part_of_the_file(host: Host, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(1, 60_000, (1, 2048, 2048)).astype("uint16")
    url = host.put("/noise.tif", write_raster(tmp_path / "noise.tif", noise, **TILED))
    path = path_of(stacked([Wanted(url)], {}, DEFAULT_LIMITS), tmp_path)
    host.sent = 0
    with open_raster(StackPath(path)) as dataset:
        pixels, mask = read_window(dataset, Window(1000, 1000, 64, 64), (64, 64), bands=[1])
    assert np.array_equal(pixels[0], noise[0, 1000:1064, 1000:1064])
    assert mask.all()
    assert host.sent < len(host.files["/noise.tif"]) / 5


def test_numbers_of_a_whole_window_come_as_stored(stack: Path) -> None:
    with open_raster(StackPath(stack)) as dataset:
        values = dataset.read(window=((0, 100), (0, 50)))
        assert values.dtype == np.uint16
        assert np.array_equal(values[:2], FINE[:, :100, :50])
        assert np.array_equal(values[2], np.repeat(np.repeat(COARSE[0, :50, :25], 2, axis=0), 2, axis=1))


def test_numbers_at_places_and_moved_rasters(stack: Path) -> None:
    reader = get_reader("remote")
    places = Places(np.array([500_000 + 105.0]), np.array([5_000_000 - 205.0]), "EPSG:32632")
    told = reader.at(StackPath(stack), unknown_sensor(3), places)
    assert np.allclose(np.ravel(told.values)[:2], FINE[:, 20, 10])
    shifted = moved(StackPath(stack), (1, 0))
    assert reader.path_of(shifted) is shifted
    with open_raster(shifted) as dataset:
        assert dataset.transform.c == 500_010


def test_what_a_catalogue_says_counts(urls: list[str], tmp_path: Path) -> None:
    bands = ({"name": "B04", "scale": 1e-4, "offset": -0.1, "nodata": None}, {"name": "B03"})
    info = get_reader("remote").inspect(path_of(stacked([Wanted(urls[0], bands)], {}, DEFAULT_LIMITS), tmp_path))
    assert info.descriptions == ("B04", "B03")
    assert (info.scales, info.offsets) == ((1e-4, 1.0), (-0.1, 0.0))
    with pytest.raises(UnreadableFile, match="has 2 bands, and the catalogue speaks of 1"):
        stacked([Wanted(urls[0], bands[:1])], {}, DEFAULT_LIMITS)


def test_nodata_that_only_the_catalogue_states(host: Host, tmp_path: Path) -> None:
    values = ramp(1, 64, 64, "int16")
    values[:, :32] = -9999
    url = host.put("/a.tif", write_raster(tmp_path / "a.tif", values))
    path = path_of(stacked([Wanted(url, ({"nodata": -9999},))], {}, DEFAULT_LIMITS), tmp_path)
    chip = get_reader("remote").overview(path, unknown_sensor(1))
    assert not chip.mask[:32].any()
    assert chip.mask[32:].all()


def test_masks_of_files_hold(host: Host, tmp_path: Path) -> None:
    mask = np.ones((64, 64), np.bool_)
    mask[:, :20] = False
    url = host.put("/a.tif", write_raster(tmp_path / "a.tif", ramp(3, 64, 64), mask=mask))
    path = path_of(stacked([Wanted(url)], {}, DEFAULT_LIMITS), tmp_path)
    assert np.array_equal(get_reader("remote").overview(path, unknown_sensor(3)).mask, mask)
    target = tmp_path / "brought.tif"
    get_reader("remote").bring(path, target)  # type: ignore[attr-defined]
    assert np.array_equal(get_reader("raster").overview(target, unknown_sensor(3)).mask, mask)


def test_it_can_be_brought_in(stack: Path, tmp_path: Path) -> None:
    target = tmp_path / "brought.tif"
    info = get_reader("remote").bring(stack, target)  # type: ignore[attr-defined]
    assert (info.kind, info.is_cog, info.count, info.nodata) == ("raster", True, 3, 0)
    with open_raster(target) as dataset:
        assert np.array_equal(dataset.read([1, 2]), FINE)


def test_a_change_of_the_file_is_said(host: Host, stack: Path, tmp_path: Path) -> None:
    host.put("/coarse.tif", write_raster(tmp_path / "other.tif", COARSE[:, ::-1], transform=HALF, nodata=0, **TILED))
    chunks.clear()
    with pytest.raises(RemoteChanged, match="coarse.tif at 127.0.0.1 has changed since it was added"):
        get_reader("remote").overview(stack, unknown_sensor(3))


@pytest.mark.parametrize(
    "content",
    [
        b'<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        b"<SourceFilename>/etc/passwd</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        b"<GDAL_WMS><Service><ServerUrl>http://169.254.169.254/</ServerUrl></Service></GDAL_WMS>",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        b"{}",
    ],
)
def test_what_is_no_geotiff_is_not_opened(host: Host, content: bytes) -> None:
    with pytest.raises(UnsafeFile, match="is no GeoTIFF"):
        stacked([Wanted(host.put("/a.tif", content))], {}, DEFAULT_LIMITS)
    assert {path for _, path, _ in host.asked} == {"/a.tif"}


def test_a_virtual_raster_in_the_place_of_a_geotiff_is_not_opened(host: Host, stack: Path) -> None:
    host.put("/fine.tif", b"<VRTDataset/>" + bytes(len(host.files["/fine.tif"]) - 13))
    chunks.clear()
    with pytest.raises((RemoteChanged, UnsafeFile)):
        get_reader("remote").overview(stack, unknown_sensor(3))


def test_truncated_files_are_refused(host: Host, urls: list[str]) -> None:
    whole = host.files["/fine.tif"]
    for size in (9, 100, 2000, len(whole) // 2):
        url = host.put("/cut.tif", whole[:size])
        chunks.clear()
        with pytest.raises(UnreadableFile, match=r"truncated|damaged"):
            stacked([Wanted(url)], {}, DEFAULT_LIMITS)


def test_files_of_two_systems_are_not_stacked(host: Host, urls: list[str], tmp_path: Path) -> None:
    other = host.put("/other.tif", write_raster(tmp_path / "other.tif", COARSE, crs="EPSG:32633"))
    with pytest.raises(BadGeoreference, match="in two coordinate systems"):
        stacked([Wanted(urls[0]), Wanted(other)], {}, DEFAULT_LIMITS)


def test_a_description_that_somebody_sends_is_not_followed(host: Host, stack: Path) -> None:
    asked = len(host.asked)
    with pytest.raises(UnsafeFile):
        reader_of(stack)
    with pytest.raises(UnsafeFile), open_raster(stack):
        pass
    assert len(host.asked) == asked


def test_a_host_that_is_named_no_more_is_not_asked(host: Host, stack: Path) -> None:
    chunks.clear()
    asked = len(host.asked)
    with allowed("example.org"), pytest.raises(NotReachable, match="not among the hosts that are read"):
        get_reader("remote").overview(stack, unknown_sensor(3))
    assert len(host.asked) == asked


def test_a_description_that_is_none_is_refused(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"files": 1}', "null", "{" * 10):
        path = tmp_path / "stack.json"
        path.write_text(text)
        with pytest.raises(UnreadableFile, match="describes no stack"):
            get_reader("remote").inspect(path)
