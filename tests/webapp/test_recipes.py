"""Pictures by recipe: bands, expressions, ramps and stretches, and whatever people may write in their place."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from annotation.models import Asset
from tests.rasters import ramp

pytestmark = pytest.mark.django_db


@pytest.fixture
def chip(samples):
    return f"/projects/{samples[0].project_id}/samples/{samples[0].pk}/chip.png"


@pytest.fixture
def histogram(samples):
    return f"/api/projects/{samples[0].project_id}/samples/{samples[0].pk}/histogram/"


@pytest.fixture
def drawn(api, chip, dave):
    """Return what draws a recipe as [H, W, 4] numbers."""

    def draw(recipe, address=chip, **more):
        answer = api(dave).get(address, {"recipe": json.dumps(recipe), **more})
        assert answer.status_code == 200, answer.content
        return np.array(Image.open(io.BytesIO(answer.content)).convert("RGBA"))

    return draw


def test_it_works(drawn):
    source = ramp(3, 96, 128)[:, :32, :32].astype(float)
    shown = drawn({"bands": ["B", "R", "G"], "stretch": {"by": "ends", "ends": [[0, 255]] * 3}})
    assert np.array_equal(shown[..., :3], source[[2, 0, 1]].transpose(1, 2, 0))
    ratio = drawn({"expression": "(R - G) / (R + G)", "stretch": {"by": "ends", "ends": [[-1, 1]]}})[..., 0]
    expected = (source[0] - source[1]) / (source[0] + source[1])
    assert np.abs(ratio / 255 * 2 - 1 - expected).max() < 0.01


def test_a_ramp_gives_colours(drawn):
    recipe = {"expression": "R", "ramp": "viridis", "stretch": {"by": "minmax"}}
    shown, numbers = drawn(recipe), ramp(3, 96, 128)[0, :32, :32]
    assert shown[..., 0].max() > 200 and len(np.unique(shown.reshape(-1, 4), axis=0)) > 100
    bright, dark = shown[numbers > 240][..., :3], shown[numbers < 10][..., :3]
    assert bright[..., 1].min() > 200 > dark[..., 1].max()


def test_where_nothing_comes_out_it_is_clear(drawn):
    assert not drawn({"expression": "R / (G - G)"})[..., 3].any()
    assert drawn({"expression": "R / (G - G + 1)"})[..., 3].all()
    half = drawn({"expression": "sqrt(R - 100)"})[..., 3]
    assert np.array_equal(half > 0, ramp(3, 96, 128)[0, :32, :32] >= 100)


def test_a_stretch_is_by_scene_by_tile_or_by_its_surroundings(drawn, api, histogram, dave):
    shown = {of: drawn({"bands": ["R"], "stretch": {"by": "minmax", "of": of}}) for of in ("scene", "tile")}
    assert shown["tile"][..., 0].min() == 0 and shown["tile"][..., 0].max() == 255
    ends = {}
    for of in ("scene", "tile", "surroundings"):
        recipe = json.dumps({"bands": ["R"], "stretch": {"by": "percentile", "low": 10, "high": 90, "of": of}})
        (channel,) = api(dave).get(histogram, {"recipe": recipe}).json()["channels"]
        ends[of] = channel["ends"]
    source = ramp(3, 96, 128)[0]
    assert ends["tile"] == pytest.approx(np.percentile(source[:32, :32], (10, 90)))
    assert ends["surroundings"] == pytest.approx(np.percentile(source[:64, :64], (10, 90)))
    assert ends["scene"] == pytest.approx(np.percentile(source, (10, 90)))


def test_tiles_of_the_map_and_previews_are_drawn_by_the_same_recipe(drawn, scene):
    recipe = {"expression": "R - B", "ramp": "inferno", "stretch": {"by": "minmax", "of": "tile"}}
    root = f"/projects/{scene.project_id}/scenes/{scene.pk}"
    assert drawn(recipe, f"{root}/preview.png")[..., 3].all()
    assert drawn(recipe, f"{root}/14/8601/5883.png")[..., 3].any()


def test_a_histogram_counts_what_is_shown(api, histogram, dave):
    recipe = json.dumps({"bands": ["R", "G", "R - G"], "stretch": {"by": "minmax"}})
    channels = api(dave).get(histogram, {"recipe": recipe}).json()["channels"]
    assert [channel["title"] for channel in channels] == ["R red", "G green", "R - G"]
    for channel in channels:
        assert len(channel["counts"]) == 64 and sum(channel["counts"]) == 96 * 128
        assert channel["low"] <= channel["high"] and channel["ends"][0] < channel["ends"][1]


def test_the_second_time_the_browser_has_it(api, chip, dave):
    recipe = json.dumps({"expression": "R / G", "stretch": {"by": "stddev", "of": "tile"}})
    first = api(dave).get(chip, {"recipe": recipe})
    again = api(dave).get(chip, {"recipe": recipe}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    other = api(dave).get(chip, {"recipe": recipe.replace("R / G", "G / R")}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert other.status_code == 200


BAD = {
    "no object": "[]",
    "a number": "3",
    "no JSON": "{",
    "deep": "[" * 3000,
    "endless": "x" * 5000,
    "no such key": '{"colour": 1}',
    "two sources": '{"composite": "true", "bands": ["R"]}',
    "unknown band": '{"expression": "R - nir"}',
    "unknown composite": '{"composite": "xray"}',
    "two bands": '{"bands": ["R", "G"]}',
    "bands that are no text": '{"bands": [1, 2, 3]}',
    "huge": json.dumps({"expression": "+".join(["R"] * 300)}),
    "deep expression": json.dumps({"expression": "-" * 200 + "R"}),
    "attribute": '{"expression": "R.__class__"}',
    "call": '{"expression": "__import__(R)"}',
    "unicode digits": '{"expression": "R\\uff18"}',
    "unicode letters": '{"expression": "\\ud835\\udc45 + 1"}',
    "half a pair": '{"expression": "\\ud800"}',
    "zero byte": '{"expression": "R\\u0000"}',
    "empty": '{"expression": " "}',
    "no band": '{"expression": "1 + 1"}',
    "NaN ends": '{"bands": ["R"], "stretch": {"by": "ends", "ends": [[NaN, 1]]}}',
    "endless ends": '{"bands": ["R"], "stretch": {"by": "ends", "ends": [[0, 1e400]]}}',
    "low above high": '{"bands": ["R"], "stretch": {"by": "ends", "ends": [[5, 1]]}}',
    "too few ends": '{"bands": ["R", "G", "B"], "stretch": {"by": "ends", "ends": [[0, 1]]}}',
    "too few ends of a composite": '{"composite": "true", "stretch": {"by": "ends", "ends": [[0, 1]]}}',
    "per cents": '{"bands": ["R"], "stretch": {"by": "percentile", "low": 98, "high": 2}}',
    "huge number": '{"bands": ["R"], "stretch": {"by": "stddev", "k": ' + "9" * 400 + "}}",
    "truth": '{"bands": ["R"], "stretch": {"by": "stddev", "k": true}}',
    "stretch of a list": '{"stretch": []}',
    "unknown stretch": '{"stretch": {"by": "loud"}}',
    "stretch by a list": '{"stretch": {"by": []}}',
    "unknown part": '{"stretch": {"by": "minmax", "of": "world"}}',
    "unknown ramp": '{"bands": ["R"], "ramp": "jet"}',
    "a ramp of an object": '{"bands": ["R"], "ramp": {}}',
    "a ramp for three": '{"bands": ["R", "G", "B"], "ramp": "viridis"}',
    "gamma": '{"gamma": 0}',
    "decibels of a camera": '{"bands": ["R"], "decibels": true}',
    "decibels of no kind": '{"bands": ["R"], "decibels": "yes"}',
    "heights of a camera": '{"shade": "hillshade"}',
    "unknown components": '{"components": "tsne"}',
    "unknown filter": '{"bands": ["R"], "filter": "median"}',
}  # fmt: skip


@pytest.mark.parametrize("recipe", BAD.values(), ids=BAD)
def test_a_recipe_that_cannot_be_is_told_so(api, chip, histogram, dave, recipe):
    for address in (chip, histogram):
        answer = api(dave).get(address, {"recipe": recipe.encode("utf-8", "replace").decode()})
        assert answer.status_code == 400, answer.content
        assert len(answer.json()["error"]["message"]) > 10


def test_a_ramp_for_a_composite_of_three_is_refused(api, chip, dave):
    assert api(dave).get(chip, {"recipe": '{"composite": "true", "ramp": "viridis"}'}).status_code == 400


def test_a_scene_without_bands_is_told_so(api, chip, scene, dave):
    scene.sensor = scene.sensor | {"bands": [], "composites": []}
    scene.save()
    Asset.objects.update(facts=scene.asset.facts | {"statistics": []})
    for recipe in ("{}", '{"bands": ["R"]}', '{"components": "pca"}', '{"shade": "slope"}'):
        assert api(dave).get(chip, {"recipe": recipe}).status_code == 400


def test_a_view_and_a_recipe_at_once_are_refused(api, chip, dave):
    assert api(dave).get(chip, {"recipe": "{}", "view": "1"}).status_code == 400


def test_bands_with_a_scale_are_computed_as_measured(drawn, scene):
    bands = [{**band, "scale": 0.5, "offset": -10} for band in scene.sensor["bands"]]
    scene.sensor = scene.sensor | {"bands": bands}
    scene.save()
    source = ramp(3, 96, 128)[:, :32, :32].astype(float) * 0.5 - 10
    shown = drawn({"expression": "R + G", "stretch": {"by": "ends", "ends": [[-20, 235]]}})[..., 0]
    assert np.abs(shown.astype(float) - 20 - source[0] - source[1]).max() <= 1
    plain, stored = drawn({"composite": "true"}), drawn({"composite": "true", "stretch": {"by": "stored"}})
    assert np.array_equal(stored[..., 0], ramp(3, 96, 128)[0, :32, :32]) and not np.array_equal(plain, stored)


def test_chips_of_a_folder_share_the_ends_of_a_recipe(api, project, dave, tmp_path):
    from annotation import ingest
    from annotation.ingest import Wishes
    from annotation.looks import look_of
    from mlcore.looks import read_recipe
    from tests.rasters import write_raster

    (tmp_path / "chips").mkdir()
    for number, level in enumerate((100, 900)):
        values = np.full((3, 16, 16), level) + np.arange(768).reshape(3, 16, 16) % 50
        write_raster(tmp_path / "chips" / f"{number}.tif", values.astype("uint16"), crs=None)
    list(ingest.ingest_files(project, [tmp_path / "chips"], Wishes(), report=lambda *_: None))
    for recipe in ({"expression": "R + G"}, {"bands": ["R", "G", "R"], "stretch": {"by": "percentile", "low": 5}}):
        ends = {look_of(scene, read_recipe(recipe)).ranges for scene in project.scenes.all()}
        assert len(ends) == 1 and ends.pop()[0][1] > 900


def test_what_is_looked_at_once_is_remembered(api, scene, dave, monkeypatch):
    from annotation.looks import look_of
    from mlcore.looks import read_recipe
    from mlcore.readers.rasters import RasterReader

    recipe = read_recipe({"expression": "R * G"})
    first = look_of(scene, recipe)
    monkeypatch.setattr(RasterReader, "numbers", None)
    assert look_of(scene, recipe) == first
