"""GeoJSON of strangers: shapes become classes by what they cover, tags, masks, and amounts."""

import json
from typing import Any

import numpy as np
import pytest
from rasterio.features import rasterize
from shapely import make_valid
from shapely.geometry import Point, Polygon, box, mapping

from annotation.arrays.masks import load_mask
from annotation.imports.shapes import burn
from annotation.models import Grid, Sample
from mlcore.raster.lonlat import transformer
from tests import factories
from tests.annotation.imports.conftest import fates, looked_at, messages, taken
from tests.rasters import UTM

pytestmark = pytest.mark.django_db
TO_DEGREES = transformer(UTM, "EPSG:4326")


def on_tiles(left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    """Return a rectangle in longitude and latitude, given in tiles of 320 m from the scene's corner."""
    east, north = 500_000, 5_000_000
    ring = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    corners = [TO_DEGREES.transform(east + 320 * x, north - 320 * y) for x, y in ring]
    return {"type": "Polygon", "coordinates": [corners]}


def features(*rows: tuple[Any, dict[str, Any]], **more: Any) -> bytes:
    """Return a GeoJSON file of geometries with properties."""
    told = [{"type": "Feature", "geometry": shape, "properties": properties} for shape, properties in rows]
    return json.dumps({"type": "FeatureCollection", **more, "features": told}).encode()


def labels(project: Any) -> dict[tuple[int, int], Any]:
    rows = Sample.objects.filter(project=project, answer__isnull=False).select_related("tile", "answer")
    return {(row.tile.column, row.tile.row): row.answer.value for row in rows}


def test_it_works(project, samples, alice):
    content = features(
        (on_tiles(0, 0, 2, 1), {"class": "Forest", "author": "zoe"}),
        (on_tiles(2, 0, 2.7, 1), {"class": "open_water"}),
        (on_tiles(0, 1, 0.3, 1.3), {"class": "Forest"}),
        (on_tiles(20, 20, 21, 21), {"class": "Forest"}),
        (on_tiles(3, 2, 4, 3), {"class": "Swamp"}),
        (None, {"class": "Forest"}),
    )
    row = looked_at(project, alice, content, "fields.geojson")
    assert fates(row) == {"taken": 3, "short": 1, "outside": 1, "unmapped": 1, "broken": 1}
    assert messages(row)["feature 5"] == "Say which class Swamp becomes."
    assert [(each["name"], each["proposed"]) for each in row.report["classes"]] == [
        ("Forest", 2), ("open_water", 1), ("Swamp", None),
    ]  # fmt: skip
    assert labels(project) == {}
    taken(row)
    assert labels(project) == {(0, 0): {"class": 2}, (1, 0): {"class": 2}, (2, 0): {"class": 1}}
    water = row.items.get(value__contains={"class": 1})
    assert water.share == pytest.approx(0.7, abs=0.02)
    assert row.items.filter(fate="taken").first().source["author"] == "zoe"


def test_a_mapping_takes_what_had_no_place(project, samples, alice):
    content = features((on_tiles(0, 0, 1, 1), {"class": "Swamp"}), (on_tiles(1, 0, 2, 1), {"class": "Road"}))
    row = taken(looked_at(project, alice, content, "a.geojson"), mapping={"Swamp": 1, "Road": None})
    assert fates(row) == {"taken": 1, "left_out": 1}
    assert labels(project) == {(0, 0): {"class": 1}}


def test_full_cover_takes_only_what_is_whole(project, samples, alice):
    content = features((on_tiles(0, 0, 1.8, 1), {"class": "Forest"}))
    row = looked_at(project, alice, content, "a.geojson", options={"cover": "full"})
    assert fates(row) == {"taken": 1}
    taken(row)
    assert labels(project) == {(0, 0): {"class": 2}}


def test_points_name_the_tile_they_lie_in_and_contradictions_are_listed(project, samples, alice):
    def at(x: float, y: float) -> dict[str, Any]:
        return dict(mapping(Point(TO_DEGREES.transform(500_000 + 320 * x, 5_000_000 - 320 * y))))

    content = features(
        (at(0.5, 0.5), {"class": "Forest"}),
        (at(0.6, 0.5), {"class": "Forest"}),
        (at(1.5, 0.5), {"class": "Forest"}),
        (at(1.6, 0.5), {"class": "Bare rock"}),
    )
    row = looked_at(project, alice, content, "points.geojson")
    assert fates(row) == {"taken": 1, "broken": 1}
    assert messages(row) == {
        "feature 1 and 1 more": "",
        "feature 3 and 1 more": "It names 2 classes, and a tile takes one.",
    }
    taken(row)
    assert labels(project) == {(0, 0): {"class": 2}}


def test_masks_get_the_shapes_burnt_in_later_ones_on_top(alice, tmp_path):
    project = factories.make_project(alice, task="masks")
    factories.make_scene(project, tmp_path)
    content = features(
        (on_tiles(0, 0, 1, 0.5), {"class": "Forest"}), (on_tiles(0.5, 0, 1.5, 1), {"class": "Bare rock"})
    )
    taken(looked_at(project, alice, content, "a.geojson"))
    said = labels(project)
    mask = load_mask(said[0, 0]["mask"])
    expected = np.zeros((32, 32), np.uint8)
    expected[:16] = 2
    expected[:, 16:] = 3
    assert np.array_equal(mask, expected)
    assert set(said) == {(0, 0), (1, 0)}


def test_tags_name_what_covers_a_twentieth(alice, tmp_path):
    project = factories.make_project(alice, task="tags")
    factories.make_scene(project, tmp_path)
    content = features((on_tiles(0, 0, 1, 0.5), {"class": "Forest"}), (on_tiles(0, 0.8, 1, 1), {"class": "Bare rock"}))
    taken(looked_at(project, alice, content, "a.geojson"))
    assert labels(project) == {(0, 0): {"tags": [2, 3], "unsure": []}}


def test_amounts_are_means_by_area(alice, tmp_path):
    options = {"name": "Height", "unit": "m", "low": 0, "high": 100, "step": 1, "tolerance": 1}
    project = factories.make_project(alice, task="amount", classes=(), task_options=options)
    factories.make_scene(project, tmp_path)
    content = features((on_tiles(0, 0, 1, 0.75), {"value": 10}), (on_tiles(0, 0.75, 1, 1), {"value": "30"}))
    taken(looked_at(project, alice, content, "a.geojson"))
    assert labels(project)[0, 0]["amount"] == pytest.approx(15)


def test_exchanged_coordinates_are_recognised_and_asked_about(project, samples, alice):
    shape = on_tiles(0, 0, 1, 1)
    exchanged = {**shape, "coordinates": [[[y, x] for x, y in shape["coordinates"][0]]]}
    row = looked_at(project, alice, features((exchanged, {"class": "Forest"})), "a.geojson")
    assert fates(row) == {"outside": 1}
    assert row.report["swapped"] is True
    row = taken(row, options={"swapped": True})
    assert labels(project) == {(0, 0): {"class": 2}}


def test_a_missing_crs_is_asked_for(project, samples, alice):
    metres = dict(mapping(box(500_000, 4_999_680, 500_320, 5_000_000)))
    row = looked_at(project, alice, features((metres, {"class": "Forest"})), "a.geojson")
    assert fates(row) == {"broken": 1}
    assert row.report["crs_missing"] is True
    assert "say which it is" in messages(row)["feature 1"]
    row = taken(row, options={"crs": UTM})
    assert labels(project) == {(0, 0): {"class": 2}}


def test_a_named_crs_is_believed(project, samples, alice):
    metres = dict(mapping(box(500_000, 4_999_680, 500_320, 5_000_000)))
    named = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}}
    row = looked_at(project, alice, features((metres, {"class": "Forest"}), **named), "a.geojson")
    assert fates(row) == {"taken": 1}


@pytest.mark.parametrize(
    ("crs", "fate", "km"), [("EPSG:32633", "outside", pytest.approx(471, abs=10)), ("EPSG:4326", "broken", None)]
)
def test_a_wrong_crs_is_told_and_asked_about(project, samples, alice, crs, fate, km):
    metres = dict(mapping(box(500_000, 4_999_680, 500_320, 5_000_000)))
    named = {"crs": {"type": "name", "properties": {"name": crs}}}
    row = looked_at(project, alice, features((metres, {"class": "Forest"}), **named), "a.geojson")
    assert fates(row) == {fate: 1}
    assert row.report["elsewhere"] == {"crs": crs, "km": km}
    row = taken(row, options={"crs": UTM})
    assert labels(project) == {(0, 0): {"class": 2}}
    assert row.report["elsewhere"] is None


def test_neighbours_share_no_pixel_and_leave_none():
    halves = [box(0, 0, 10.5, 32), box(10.5, 0, 32, 32)]  # their border runs through the centres of pixels
    burnt = [area for half in halves for _, area in burn(half, Grid(pk=1, tile_px=32), (0, 0, 0, 0))]
    assert (burnt[0] ^ burnt[1]).all()


def test_small_shapes_have_the_pixels_that_a_rasteriser_gives_them():
    rng = np.random.default_rng(0)
    for _ in range(50):
        angles = np.sort(rng.uniform(0, 2 * np.pi, 7))
        corners = rng.uniform(0, 32, 2) + rng.uniform(1, 20, (7, 1)) * np.column_stack([np.cos(angles), np.sin(angles)])
        shape = make_valid(Polygon(corners))
        ((_, area),) = list(burn(shape, Grid(pk=1, tile_px=32), (0, 0, 0, 0))) or [(None, np.zeros((32, 32), bool))]
        expected = rasterize([(shape, 1)], out_shape=(32, 32), dtype="uint8").astype(bool)
        assert np.array_equal(np.ones((32, 32), bool) if area is None else area, expected)


def test_shapes_that_cross_themselves_are_mended(project, samples, alice):
    bow = on_tiles(0, 0, 1, 1)
    ring = bow["coordinates"][0]
    crossed = {"type": "Polygon", "coordinates": [[ring[0], ring[2], ring[1], ring[3], ring[0]]]}
    row = looked_at(project, alice, features((crossed, {"class": "Forest"})), "a.geojson")
    assert fates(row) == {"short": 1}  # two triangles, each a quarter of the tile
    whole = features((crossed, {"class": "Forest"}), (on_tiles(0, 0, 0.6, 1), {"class": "Forest"}))
    assert fates(looked_at(project, alice, whole, "a.geojson")) == {"taken": 1}


def test_shapes_name_ready_made_chips_on_the_map(alice, tmp_path):
    from annotation.ingest import Wishes, ingest_files
    from tests.rasters import UTM_ORIGIN, ramp, write_raster

    (tmp_path / "chips").mkdir()
    write_raster(tmp_path / "chips" / "a.tif", ramp(3, 32, 32), transform=UTM_ORIGIN)
    project = factories.make_project(alice)
    list(ingest_files(project, [tmp_path / "chips"], Wishes(), report=lambda *_: None))
    row = looked_at(project, alice, features((on_tiles(0, 0, 1, 0.8), {"class": "Forest"})), "a.geojson")
    assert fates(row) == {"taken": 1}


def test_many_shapes_are_placed(project, samples, alice):
    rng = np.random.default_rng(0)
    spots = rng.uniform(0, 4, (3000, 2))
    rows = [(on_tiles(x, y * 0.7, x + 0.05, y * 0.7 + 0.05), {"class": "Forest"}) for x, y in spots]
    row = looked_at(project, alice, features(*rows), "many.geojson")
    counted = sum(row.report["fates"].values())
    assert counted > 0
    assert row.report["items"] == 3000
