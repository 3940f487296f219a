"""Rasters that control points or rational polynomials place come to lie straight, with how surely they do."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.control import GroundControlPoint
from rasterio.rpc import RPC

from mlcore.containers import Bundle, get_container
from mlcore.errors import BadGeoreference
from mlcore.raster.info import inspect
from tests.rasters import real_file

SIDE = 100
BENT = get_container("bent")


def straighten(path: Path, folder: Path) -> tuple[rasterio.io.DatasetReader, list[str]]:
    (layer,) = BENT.unfold(Bundle(path.name, {path.name: path}), folder, progress=lambda _: None)
    return rasterio.open(folder / layer.file), layer.remarks


def write(path: Path, values: NDArray[np.uint16], **place: object) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", count=1, height=values.shape[0], width=values.shape[1], dtype=values.dtype
    ) as target:
        target.write(values[None])
        if "points" in place:
            target.gcps = (place["points"], place["crs"])
        if "rpcs" in place:
            target.rpcs = place["rpcs"]
    return path


def spots() -> NDArray[np.uint16]:
    """Return a picture with a bright spot of 5 px around column 70, row 30."""
    values = np.full((SIDE, SIDE), 100, np.uint16)
    values[28:33, 68:73] = 5000
    return values


def centre_of_spot(dataset: rasterio.io.DatasetReader) -> tuple[float, float]:
    bright = np.argwhere(dataset.read(1) > 2500)
    assert len(bright)
    row, column = bright.mean(axis=0)
    return dataset.transform @ (column + 0.5, row + 0.5)


def points(place, every: int = 25) -> list[GroundControlPoint]:
    """Return control points of a rule from pixels (column, row) to ground."""
    return [
        GroundControlPoint(row, column, *place(column, row))
        for row in range(0, SIDE + 1, every)
        for column in range(0, SIDE + 1, every)
    ]


def test_it_works(tmp_path: Path) -> None:
    turned = Affine(10, 2, 500_000, 2, -10, 5_500_000)  # some eleven degrees
    path = write(tmp_path / "a.tif", spots(), points=points(lambda x, y: turned @ (x, y)), crs="EPSG:32633")
    assert inspect(path).placed_by == "points"
    assert "25 ground control points" in BENT.peek(Bundle("a.tif", {"a.tif": path}))
    dataset, (told,) = straighten(path, tmp_path)
    with dataset:
        assert (dataset.crs, dataset.count) == ("EPSG:32633", 2)
        assert dataset.transform.a == pytest.approx(10.2, abs=0.05)
        assert centre_of_spot(dataset) == pytest.approx(turned @ (70.5, 30.5), abs=5)
        assert dataset.colorinterp[1].name == "alpha"
        corner, middle = dataset.read(2)[0, 0], dataset.read(2)[dataset.height // 2, dataset.width // 2]
        assert (corner, middle) == (0, 65535)
    assert "misses them by" in told and "a pixel is 10.2 m" in told


def test_in_degrees_it_lies_in_metres_of_its_zone(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.tif", spots(), points=points(lambda x, y: (15 + x * 1e-4, 50 - y * 1e-4)), crs="EPSG:4326"
    )
    dataset, _ = straighten(path, tmp_path)
    with dataset:
        assert dataset.crs == "EPSG:32633"
        there = Transformer.from_crs(4326, 32633, always_xy=True).transform(15 + 70.5e-4, 50 - 30.5e-4)
        assert centre_of_spot(dataset) == pytest.approx(there, abs=8)


def test_what_no_polynomial_follows_is_bent_like_a_plate(tmp_path: Path) -> None:
    def wavy(x: float, y: float) -> tuple[float, float]:
        return 500_000 + 10 * x + 60 * np.sin(y / 12), 5_500_000 - 10 * y + 60 * np.sin(x / 9)

    path = write(tmp_path / "a.tif", spots(), points=points(wavy, every=5), crs="EPSG:32633")
    dataset, (told,) = straighten(path, tmp_path)
    with dataset:
        assert centre_of_spot(dataset) == pytest.approx(wavy(70.5, 30.5), abs=10)
    assert "a thin plate through every other of them misses the rest by" in told


def test_rational_polynomials_place_it_at_their_own_height(tmp_path: Path) -> None:
    line = [0, 0, -1, 0.02, *[0] * 16]  # of longitude, latitude and height, each from -1 to 1
    rpcs = RPC(
        height_off=500, height_scale=500, lat_off=50, lat_scale=0.05, long_off=15, long_scale=0.08, line_off=50,
        line_scale=50, samp_off=50, samp_scale=50, line_num_coeff=line, line_den_coeff=[1, *[0] * 19],
        samp_num_coeff=[0, 1, 0, 0.03, *[0] * 16], samp_den_coeff=[1, *[0] * 19],
    )  # fmt: skip
    path = write(tmp_path / "a.tif", spots(), rpcs=rpcs)
    assert inspect(path).placed_by == "polynomials"
    dataset, (told,) = straighten(path, tmp_path)
    with dataset:
        assert dataset.crs == "EPSG:32633"
        expected = Transformer.from_crs(4326, 32633, always_xy=True).transform(15 + 0.08 * 0.41, 50 + 0.05 * 0.39)
        assert centre_of_spot(dataset) == pytest.approx(expected, abs=150)  # of pixels of 114 x 111 m
    assert "at a height of 500 m above the ellipsoid" in told and "lies" in told


@pytest.mark.parametrize("where", [0.0, np.nan])
def test_points_that_say_nothing_are_refused(tmp_path: Path, where: float) -> None:
    path = write(tmp_path / "a.tif", spots(), points=points(lambda x, y: (where, where)), crs="EPSG:32633")
    with pytest.raises(BadGeoreference):
        BENT.peek(Bundle("a.tif", {"a.tif": path}))


def test_a_sentinel_1_scene_lies_over_its_coast(tmp_path: Path) -> None:
    path = real_file("geo_cogs/rio_tiler/s1_gcps.tif")
    dataset, (told,) = straighten(path, tmp_path)
    with dataset:
        assert dataset.crs == "EPSG:32643"
        west, south, east, north = dataset.bounds
        lon, lat = Transformer.from_crs(32643, 4326, always_xy=True).transform((west + east) / 2, (south + north) / 2)
    with rasterio.open(path) as source:
        known = source.gcps[0]
    assert lon == pytest.approx(np.mean([min(p.x for p in known), max(p.x for p in known)]), abs=0.1)
    assert lat == pytest.approx(np.mean([min(p.y for p in known), max(p.y for p in known)]), abs=0.1)
    assert "210 ground control points" in told
