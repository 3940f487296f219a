"""A scene over a pole itself, end to end: taken in, tiled, shown in its true shape, asked at the cursor, exported."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from affine import Affine
from PIL import Image
from pyproj import Geod, Transformer
from shapely.geometry import Point, shape

from annotation.labeling import Answer, submit
from annotation.models import Project, Sample
from annotation.tasks.masks import wrapped
from tests import factories
from tests.annotation.exports.reading import unpacked

pytestmark = pytest.mark.django_db
EARTH = Geod(ellps="WGS84")
STEP, SIDE = 1000.0, 128  # metres a pixel, pixels
POLES = {"EPSG:3031": -90.0, "EPSG:3413": 90.0}


@pytest.fixture(params=POLES)
def crs(request) -> str:
    """Return the coordinate system of a pole."""
    return request.param


@pytest.fixture(params=["on a corner of tiles", "inside a tile"])
def polar(request, crs: str, alice, tmp_path: Path) -> Project:
    """Return a project of segmentation with a scene of 128 km over a pole."""
    off = 0 if request.param == "on a corner of tiles" else 10_500
    project = factories.make_project(alice, name="Pole", task="masks")
    where = Affine(STEP, 0, -64_000 - off, 0, -STEP, 64_000 - off)
    factories.make_scene(project, tmp_path, name="pole", size=(3, SIDE, SIDE), crs=crs, transform=where)
    return project


@pytest.fixture
def get(api, alice, polar: Project):
    """Return a function that reads an address of the project's API as its owner."""

    def ask(path: str, **query):
        answer = api(alice).get(f"/api/projects/{polar.pk}/{path}", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return ask


def at_pole(project: Project) -> Sample:
    """Return the sample of the tile that holds the pole, or has it as its upper left corner."""
    return next(
        sample
        for sample in project.samples.select_related("tile__grid")
        if 0 <= min(_pole_in(sample)) < 32 > max(_pole_in(sample))
    )


def _pole_in(sample: Sample) -> tuple[float, float]:
    """Return where in a tile the pole lies, in pixels."""
    tile = sample.tile
    x, y = ~tile.grid.spec().affine @ (0.0, 0.0)
    return x - 32 * tile.column, y - 32 * tile.row


def test_it_works(polar: Project, crs: str, get) -> None:
    (scene,) = get("scenes/")["results"]
    west, south, east, north = scene["bounds"]
    assert (west, east) == (-180, 180) and POLES[crs] in (south, north)
    footprint = polar.scenes.get().asset.footprint
    assert footprint.valid
    assert abs(EARTH.geometry_area_perimeter(shapely.from_wkb(bytes(footprint.wkb)))[0]) == pytest.approx(
        (SIDE * STEP) ** 2, rel=0.07
    )
    assert polar.samples.count() == 16


def test_every_tile_has_a_valid_outline_and_one_holds_the_pole(polar: Project, crs: str, get) -> None:
    told = get("tiles/")["features"]
    outlines = [shape(feature["geometry"]) for feature in told]
    assert len(outlines) == 16
    assert [shapely.is_valid_reason(outline) for outline in outlines if not outline.is_valid] == []
    around = [Point(longitude, POLES[crs] * 0.9995) for longitude in range(-178, 180, 10)]  # 5 km from the pole
    assert {sum(outline.contains(point) for outline in outlines) for point in around} == {1}
    areas = [abs(EARTH.geometry_area_perimeter(outline)[0]) for outline in outlines]
    assert areas == pytest.approx([(32 * STEP) ** 2] * 16, rel=0.07)


def test_pixels_are_squares_on_the_ground(polar: Project, crs: str, get) -> None:
    for pk in polar.samples.values_list("pk", flat=True):
        across, down = get(f"samples/{pk}/")["ground"]["step_m"]
        assert across == pytest.approx(down, rel=1e-3)
        assert across == pytest.approx(1000, rel=0.04)


def test_north_points_to_or_away_from_the_pole(polar: Project, crs: str, get) -> None:
    for sample in polar.samples.select_related("tile__grid"):
        (x, y), half = _pole_in(sample), 16
        to_pole = np.degrees(np.arctan2(x - half, half - y))  # clockwise from upright
        if np.hypot(x - half, half - y) < 2:
            continue
        told = get(f"samples/{sample.pk}/")["ground"]["north"]
        wanted = to_pole if POLES[crs] > 0 else to_pole + 180
        assert abs((told - wanted + 180) % 360 - 180) < 4


def test_the_stage_has_a_picture_of_the_pole(polar: Project, api, alice) -> None:
    sample = at_pole(polar)
    scene = polar.scenes.get()
    for address in (
        f"/projects/{polar.pk}/samples/{sample.pk}/chip.png?scene={scene.pk}&margin=32",
        f"/projects/{polar.pk}/scenes/{scene.pk}/preview.png",
    ):
        answer = api(alice).get(address)
        assert answer.status_code == 200, (address, answer.content)
        assert np.asarray(Image.open(io.BytesIO(answer.content)).convert("L")).std() > 10


def test_the_cursor_tells_where_it_is(polar: Project, crs: str, get) -> None:
    sample = at_pole(polar)
    x, y = _pole_in(sample)
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    for away in ((0.0, 0.0), (0.5, 0.5), (8.0, 3.0)):
        told = get(f"samples/{sample.pk}/cursor/", x=x + away[0], y=y + away[1])
        assert (told["crs"], told["easting"], told["northing"]) == (crs, away[0] * STEP, -away[1] * STEP)
        longitude, latitude = to_degrees.transform(told["easting"], told["northing"])
        assert told["latitude"] == pytest.approx(latitude, abs=1e-6)
        if away[0]:
            assert told["longitude"] == pytest.approx(longitude, abs=1e-6)
        assert all(band["value"] is not None for band in told["scenes"][0]["bands"])


def test_labels_are_valid_geojson(polar: Project, crs: str, alice, tmp_path: Path) -> None:
    for sample in polar.samples.all():
        submit(sample, alice, Answer(value=wrapped(np.ones((32, 32), np.uint8))))
    folder = unpacked(polar, "geojson", tmp_path / "out")
    told = json.loads((folder / "labels.geojson").read_text())["features"]
    outlines = [shape(feature["geometry"]) for feature in told]
    assert outlines and all(outline.is_valid for outline in outlines)
    whole = sum(abs(EARTH.geometry_area_perimeter(outline)[0]) for outline in outlines)
    assert whole == pytest.approx((SIDE * STEP) ** 2, rel=0.07)
