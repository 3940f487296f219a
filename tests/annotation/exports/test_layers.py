"""Layers: in the CRS of the tiles, and dissolved over their borders, read by GeoPandas."""

import json
import sqlite3

import geopandas
import numpy as np
import pandas
import pytest
from affine import Affine
from rasterio.features import rasterize

from annotation.errors import BadSettings
from annotation.exports import choices_of
from annotation.ingest import Wishes, ingest_files
from annotation.labeling import Answer, submit
from annotation.tasks.masks import wrapped
from tests import factories
from tests.amounts import amount_project
from tests.annotation.exports.reading import exported, unpacked
from tests.rasters import UTM, UTM_ORIGIN, ramp, write_raster

pytestmark = pytest.mark.django_db
READERS = {
    "geopackage": lambda folder, layer: geopandas.read_file(folder / "labels.gpkg", layer=layer),
    "geoparquet": lambda folder, layer: geopandas.read_parquet(folder / f"{layer}.parquet"),
}
SQUARE = 320.0  # m, a tile's side


@pytest.fixture
def row_of_three(project, samples, bob, alice):
    """Return the project with one class on three tiles in a row and on one apart, and another one between them."""
    for number, (index, code) in enumerate({0: 2, 1: 2, 2: 2, 7: 2, 6: 1}.items()):
        factories.label(samples[index], alice if number else bob, code)
    factories.make_audit(samples[1])
    return project


@pytest.mark.parametrize("name", READERS)
def test_it_works(row_of_three, tmp_path, name):
    made = unpacked(row_of_three, name, tmp_path, own_crs=True, dissolve=True)
    tiles, joined = (READERS[name](made, layer) for layer in ("samples", "dissolved"))
    assert tiles.crs == joined.crs == UTM
    assert len(tiles) == 12 and tiles.geometry[0].bounds == (500_000, 5_000_000 - SQUARE, 500_000 + SQUARE, 5_000_000)
    assert tiles.geometry[0].exterior.is_ccw
    strip, *rest = joined[joined["label"] == 2].sort_values("tiles", ascending=False).itertuples()
    assert strip.geometry.bounds == (500_000, 5_000_000 - SQUARE, 500_000 + 3 * SQUARE, 5_000_000)
    assert len(strip.geometry.exterior.coords) == 5  # nothing is left of the borders between tiles
    assert (strip.tiles, strip.pixels, strip.audits, strip.name) == (3, 3 * 32 * 32, 1, "Forest")
    assert json.loads(strip.authors) == {"alice": 2, "bob": 1} and json.loads(strip.provenance) == {"human": 3}
    assert [each.tiles for each in rest] == [1]
    assert joined["tiles"].sum() == 5


def test_the_least_of_confidence_counts_and_of_how_many_is_told(row_of_three, alice, tmp_path):
    from annotation.exports.dissolve import _together

    known = {"provenance": "model_accepted", "author": "alice", "model_version": 3, "audit": False, "reviewed": True}
    known |= {"epoch_name": None, "later_epoch_name": None, "agreement": None}
    pieces = [
        known | {"index": 1, "confidence": 0.9, "created_at": "2024-01-02"},
        known | {"index": 1, "confidence": 0.9, "created_at": "2024-01-02"},
        known | {"index": 2, "confidence": 0.4, "created_at": "2024-01-01"},
        known | {"index": 3, "confidence": None, "provenance": "human", "created_at": "2024-01-03"},
    ]
    told = _together(pieces)
    assert (told["tiles"], told["confidence_min"], told["confidence_tiles"]) == (3, 0.4, 2)
    assert json.loads(told["provenance"]) == {"human": 1, "model_accepted": 2}
    assert (told["first_said"], told["last_said"], told["agreement_min"]) == ("2024-01-01", "2024-01-03", None)


def painted_over_borders():
    """Return a mask of 64 x 32: a ring across the border of two tiles, with a hole."""
    whole = np.zeros((32, 64), np.uint8)
    whole[5:25, 20:44] = 2
    whole[10:15, 28:36] = 0
    whole[0, 0] = whole[31, 63] = 1
    return whole


@pytest.fixture
def ringed(segmented, bob):
    """Return the segmentation project with a ring over two tiles of its first row."""
    whole = painted_over_borders()
    for column, half in enumerate((whole[:, :32], whole[:, 32:])):
        submit(segmented.samples.get(tile__column=column, tile__row=0), bob, Answer(value=wrapped(half)))
    return segmented


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("own", [True, False])
def test_masks_are_joined_pixel_for_pixel(ringed, tmp_path, name, own):
    made = unpacked(ringed, name, tmp_path, own_crs=own, dissolve=True)
    joined = READERS[name](made, "dissolved").to_crs(UTM)
    (ring,) = joined[joined["tiles"] == 2].itertuples()
    assert ring.label == 2 and ring.pixels == (painted_over_borders() == 2).sum()
    assert len(ring.geometry.interiors) == 1
    shapes = list(zip(joined.geometry, joined["label"], strict=True))
    drawn = rasterize(shapes, (32, 64), transform=UTM_ORIGIN)
    assert np.array_equal(drawn, painted_over_borders())
    areas = READERS[name](made, "areas")
    assert (areas.crs == UTM) is own
    assert areas["pixels"].sum() == joined["pixels"].sum()


def test_geojson_has_it_in_degrees(ringed, tmp_path):
    files = exported(ringed, "geojson", tmp_path, dissolve=True)
    told = json.loads(files["dissolved.geojson"])["features"]
    assert {each["properties"]["tiles"] for each in told} == {1, 2}
    assert all(-180 <= x <= 180 for each in told for x, _ in each["geometry"]["coordinates"][0])
    assert told[0]["properties"]["authors"] == {"bob": 1}
    assert b"dissolved.geojson" in files["README.txt"]
    assert "dissolved.geojson" not in exported(ringed, "geojson", tmp_path)


def test_across_the_antimeridian_it_is_cut(alice, tmp_path):
    project = factories.make_project(alice, name="Line")
    place = {"crs": "EPSG:32601", "transform": Affine(1000, 0, 100_000, 0, -1000, 1_000_000)}
    factories.make_scene(project, tmp_path, size=(3, 96, 96), **place)
    for sample in project.samples.all():
        factories.label(sample, alice, 1)
    (feature,) = json.loads(exported(project, "geojson", tmp_path, dissolve=True)["dissolved.geojson"])["features"]
    assert feature["properties"]["tiles"] == 9 and feature["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize("name", READERS)
def test_each_crs_has_a_layer_of_its_own(alice, tmp_path, name):
    chips = tmp_path / "chips"
    chips.mkdir()
    write_raster(chips / "a.tif", ramp(3, 32, 32), crs="EPSG:32633", transform=Affine(10, 0, 5e5, 0, -10, 5e6))
    write_raster(chips / "b.tif", ramp(3, 32, 32), crs="EPSG:3857", transform=Affine(10, 0, 1e6, 0, -10, 6e6))
    write_raster(chips / "c.png", ramp(3, 32, 32), crs=None, transform=Affine.identity(), driver="PNG")
    mixed = factories.make_project(alice, name="Mixed")
    list(ingest_files(mixed, [chips], Wishes(), report=lambda *_: None))
    made = unpacked(mixed, name, tmp_path, own_crs=True)
    one, other = (READERS[name](made, f"samples_epsg_{code}") for code in (32633, 3857))
    assert (one.crs.to_epsg(), other.crs.to_epsg(), len(one), len(other)) == (32633, 3857, 1, 1)
    assert one.total_bounds.tolist() == [500_000, 4_999_680, 500_320, 5_000_000]
    rest = pandas.DataFrame(READERS[name](made, "samples_no_crs"))
    assert list(rest["tile_name"]) == ["c"] and rest["geometry"].isna().all()


def test_a_crs_without_a_number_is_entered_by_its_text(alice, tmp_path):
    crs = "+proj=laea +lat_0=48 +lon_0=11 +datum=WGS84 +units=m"
    project = factories.make_project(alice, name="Own")
    factories.make_scene(project, tmp_path, crs=crs, transform=Affine(10, 0, 0, 0, -10, 0))
    made = unpacked(project, "geopackage", tmp_path, own_crs=True)
    frame = READERS["geopackage"](made, "samples")
    assert frame.crs.equals(crs) and frame.total_bounds[0] == 0
    with sqlite3.connect(made / "labels.gpkg") as file:
        told = "SELECT organization, srs_id FROM gpkg_spatial_ref_sys WHERE srs_id > 90000"
        assert file.execute(told).fetchall() == [("NONE", 100_001)]


def test_two_exports_are_the_same_bytes(ringed, tmp_path):
    for name in READERS:
        one, other = (exported(ringed, name, tmp_path, own_crs=True, dissolve=True) for _ in range(2))
        assert one == other


def test_formats_and_kinds_without_it_refuse_it(project, alice, tmp_path):
    assert choices_of(project, "geojson") == ["dissolve"] and choices_of(project, "csv") == []
    with pytest.raises(BadSettings, match="geopackage"):
        exported(project, "csv", tmp_path, own_crs=True)
    with pytest.raises(BadSettings, match="no format does"):
        exported(amount_project(alice), "geojson", tmp_path, dissolve=True)
