"""GeoJSON, read back with geopandas."""

import io
import zipfile

import geopandas
import numpy as np
import pytest
import rasterio.features
from pyproj import Transformer
from shapely import is_ccw
from shapely.ops import transform

from annotation.exports import make
from tests import factories
from tests.rasters import UTM, UTM_ORIGIN

pytestmark = pytest.mark.django_db


def read(project, folder):
    make(project, "geojson", folder / "out.zip")
    with zipfile.ZipFile(folder / "out.zip") as archive:
        return geopandas.read_file(io.BytesIO(archive.read("labels.geojson")))


def test_it_works(project, samples, bob, tmp_path):
    factories.label(samples[0], bob, 2)
    frame = read(project, tmp_path)
    assert frame.crs.to_epsg() == 4326
    (row,) = frame.itertuples()
    assert (row.label, row.name, row.author, row.column, row.row) == (2, "Forest", "bob", 0, 0)
    assert row.audit == False  # noqa: E712 - numpy's own
    west, _, _, north = frame.to_crs(UTM).total_bounds
    assert (west, north) == pytest.approx((500_000, 5_000_000), abs=0.01)
    assert frame.to_crs(UTM).area.iloc[0] == pytest.approx(320 * 320, rel=1e-4)


def test_rings_run_counter_clockwise(project, samples, bob, tmp_path):
    factories.label(samples[0], bob, 2)
    assert is_ccw(read(project, tmp_path).geometry.iloc[0].exterior)


def test_a_mask_becomes_one_shape_a_class(segmented, painted, tmp_path):
    frame = read(segmented, tmp_path)
    assert list(zip(frame["label"], frame["name"], frame["pixels"], strict=True)) == [
        (1, "Open water", 256),
        (2, "Forest", 111),
    ]
    assert frame.is_valid.all()
    back = Transformer.from_crs(4326, UTM, always_xy=True).transform
    shapes = [(transform(back, shape), code) for shape, code in zip(frame.geometry, frame["label"], strict=True)]
    placed = UTM_ORIGIN @ rasterio.Affine.translation(64, 32)
    drawn = rasterio.features.rasterize(shapes, out_shape=(32, 32), transform=placed)
    assert np.array_equal(drawn, painted)


def test_tiles_in_image_coordinates_have_pixel_bounds(alice, tmp_path):
    project = factories.make_project(alice, name="Bench")
    factories.make_scene(project, tmp_path, name="bench", crs=None, transform=rasterio.Affine.identity())
    factories.label(project.samples.get(tile__column=1, tile__row=2), alice, 1)
    frame = read(project, tmp_path)
    assert frame.geometry.isna().all()
    assert list(frame["pixel_bounds"].iloc[0]) == [32, 64, 64, 96]
