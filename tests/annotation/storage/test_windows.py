"""Windows of large rasters are read where they lie; strangers' files never are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from annotation import storage
from annotation.storage import shared
from mlcore.errors import NotAnswering, UnsafeFile
from mlcore.quarantine import convert
from mlcore.raster.info import inspect
from mlcore.raster.opening import open_raster
from mlcore.raster.remote import RemoteRaster
from mlcore.raster.render import render_overview
from tests.annotation.storage.faulty import Fault, between
from tests.rasters import Style, write_raster

STYLE = Style(bands=(0, 1, 2), ranges=((0, 255),) * 3)


@pytest.fixture
def fault(bucket: str, s3_server, settings) -> Iterator[Fault]:
    """Return what goes wrong between us and the bucket, and how often it is asked."""
    with between(s3_server.endpoint) as (address, fault):
        settings.S3_ENDPOINT = address
        yield fault


@pytest.fixture
def large(fault: Fault, data_dir: Path, tmp_path: Path, monkeypatch) -> Path:
    """Return a raster that is in the bucket and not here, and counts as large."""
    monkeypatch.setattr(shared, "SMALL", 1000)
    pixels = np.random.default_rng(0).integers(1, 255, (3, 1500, 1500), dtype=np.uint8)
    path, source = data_dir / "assets" / "large.tif", write_raster(tmp_path / "source.tif", pixels)
    path.parent.mkdir()
    convert(source, path, inspect(source))
    storage.keep(path)
    shutil.move(path, tmp_path / "large.tif")
    return path


def read(path: Path) -> np.ndarray:
    """Return the pixels of a window."""
    with open_raster(path) as dataset:
        return dataset.read(window=((300, 400), (700, 800)))


def test_it_works(large: Path, fault: Fault, tmp_path: Path) -> None:
    size = storage.size(large)
    fault.set("")
    place = storage.window(large, size)
    assert isinstance(place, RemoteRaster)
    assert np.array_equal(read(place), read(tmp_path / "large.tif"))
    assert not large.exists()
    assert fault.asked < 8
    assert render_overview(place, STYLE, size=64) == render_overview(tmp_path / "large.tif", STYLE, size=64)


def test_one_that_is_small_or_here_is_read_here(large: Path, monkeypatch) -> None:
    size = storage.size(large)
    storage.fetch(large)
    assert storage.window(large, size) == large
    storage.store().cache.remove("assets")
    monkeypatch.setattr(shared, "SMALL", size)
    assert storage.window(large, size) == large
    assert large.is_file()


@pytest.mark.parametrize("kind", ["refused", "gone"])
def test_a_picture_that_does_not_come_comes_later(kind: str, large: Path, fault: Fault) -> None:
    place = storage.window(large, storage.size(large))
    fault.set(kind)
    with pytest.raises(NotAnswering, match="try again in a minute"):
        read(place)
    fault.set("")
    assert read(place).shape == (3, 100, 100)


def test_a_name_is_no_place(large: Path, monkeypatch) -> None:
    place = storage.window(large, storage.size(large))
    for name in (str(place), f"/vsicurl/http://127.0.0.1:1{place}"):
        with pytest.raises(UnsafeFile, match="not a local file"):
            read(Path(name))
