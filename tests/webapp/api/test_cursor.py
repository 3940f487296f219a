"""Values, series and profiles at a place of a tile, and the spectra of the classes so far."""

from datetime import date

import numpy as np
import pytest
from affine import Affine

from annotation.ingest import correct_sensor
from tests import factories
from tests.rasters import ramp

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(samples):
    return f"/api/projects/{samples[0].project_id}/samples/{samples[0].pk}"


def test_it_works(api, scene, address, dave):
    told = api(dave).get(f"{address}/cursor/?x=5.5&y=7.5").json()
    assert (told["crs"], told["easting"], told["northing"]) == ("EPSG:32632", 500_055, 4_999_925)
    assert (told["longitude"], told["latitude"]) == (pytest.approx(9.0007, abs=1e-4), pytest.approx(45.1528, abs=1e-3))
    (only,) = told["scenes"]
    assert (only["scene"], only["sensor"], only["modality"], only["fault"]) == (scene.pk, "rgb", "optical", "")
    assert [band["value"] for band in only["bands"]] == ramp(3, 96, 128)[:, 7, 5].tolist()
    assert [(band["name"], band["wavelength_nm"], band["unit"]) for band in only["bands"]][0] == ("R", 650, "DN")


def test_without_a_place_it_is_the_middle(api, address, dave):
    (scene,) = api(dave).get(f"{address}/cursor/").json()["scenes"]
    assert [band["value"] for band in scene["bands"]] == ramp(3, 96, 128)[:, 16, 16].tolist()


def test_surroundings_can_be_asked_for_too(api, address, dave):
    told = api(dave).get(f"{address}/cursor/?x=40&y=33").json()
    assert [band["value"] for band in told["scenes"][0]["bands"]] == ramp(3, 96, 128)[:, 33, 40].tolist()
    beside = api(dave).get(f"{address}/cursor/?x=-3&y=0").json()
    assert [band["value"] for band in beside["scenes"][0]["bands"]] == [None] * 3
    assert beside["easting"] == 499_970


def test_some_scenes_can_be_chosen(api, project, address, dave, tmp_path):
    later = factories.make_scene(project, tmp_path, name="later", size=(4, 96, 128))
    assert len(api(dave).get(f"{address}/cursor/").json()["scenes"]) == 2
    (chosen,) = api(dave).get(f"{address}/cursor/?scenes={later.pk}").json()["scenes"]
    assert chosen["name"] == later.name


@pytest.mark.parametrize("query", ["x=nan", "y=x", "x=1e9", "y=-1025", "scenes=a"])
def test_a_place_that_cannot_be_is_refused(api, address, dave, query):
    answer = api(dave).get(f"{address}/cursor/?{query}")
    assert answer.status_code == 400
    assert "x and y" in answer.json()["error"]["message"] or "must be a number" in answer.json()["error"]["message"]


def test_a_stranger_is_told_nothing(api, address, mallory):
    for what in ("cursor/", "series/", "profile/?points=0,0;5,5"):
        assert api(mallory).get(f"{address}/{what}").status_code == 404


def test_a_series_tells_the_dates_of_the_place(api, project, samples, address, dave, tmp_path):
    for day in (3, 1, 2):
        values = ramp(3, 96, 128) + np.uint8(day)
        scene = factories.make_scene(project, tmp_path, name=f"s{day}", values=values)
        scene.set_moment(date(2020, 6, day))
        scene.save()
    (series,) = api(dave).get(f"{address}/series/?x=5&y=7&expression=green").json()["series"]
    expected = ramp(3, 96, 128)[1, 7, 5]
    assert [point["value"] for point in series["points"]] == [expected + day for day in (1, 2, 3)]
    assert [point["acquired"] for point in series["points"]] == ["2020-06-01", "2020-06-02", "2020-06-03"]
    assert [point["cloudy"] for point in series["points"]] == [None] * 3
    assert "green" in series["title"]


def test_an_unknown_band_is_told_what_there_is(api, scene, address, dave):
    scene.set_moment(date(2020, 6, 1))
    scene.save()
    answer = api(dave).get(f"{address}/series/?expression=swir9")
    assert answer.status_code == 400
    assert "no band 'swir9'. It has R, G, B" in answer.json()["error"]["message"]
    broken = api(dave).get(f"{address}/series/", {"expression": "R + "})
    assert (broken.status_code, "character" in broken.json()["error"]["message"]) == (400, True)


def test_a_series_can_be_computed(api, scene, address, dave):
    scene.set_moment(date(2020, 6, 1))
    scene.save()
    (series,) = api(dave).get(f"{address}/series/", {"x": 5, "y": 7, "expression": "(R - G) / 2"}).json()["series"]
    red, green, _ = ramp(3, 96, 128)[:, 7, 5].astype(float)
    assert series["points"][0]["value"] == (red - green) / 2


def test_without_dates_there_is_no_series(api, address, dave):
    assert api(dave).get(f"{address}/series/").json() == {"series": []}


def test_a_profile_follows_the_line(api, project, samples, address, dave, tmp_path):
    slope = np.broadcast_to(np.arange(128, dtype=np.float32) * 2, (1, 96, 128)).copy()
    scene = factories.make_scene(project, tmp_path, name="dem", values=slope)
    correct_sensor(scene, "elevation")
    told = api(dave).get(f"{address}/profile/?points=0.5,0.5;20.5,0.5;20.5,20.5").json()
    assert told["unit"] == "m"
    assert told["distance_m"][0] == 0
    assert told["distance_m"][-1] == pytest.approx(400, rel=0.001)
    assert (told["height_m"][0], told["height_m"][-1], len(told["height_m"])) == (0, 40, 256)


def test_a_profile_needs_heights_and_a_line(api, address, dave):
    answer = api(dave).get(f"{address}/profile/?points=0,0;5,5")
    assert (answer.status_code, "no scene with heights" in answer.json()["error"]["message"]) == (404, True)
    for points in ("", "1,2", "1,2;3", "a,b;c,d", "0,0;" * 30):
        assert api(dave).get(f"{address}/profile/?points={points}").status_code == 400


def test_spectra_tell_each_class_so_far(api, project, samples, bob, dave):
    assert api(dave).get(f"/api/projects/{project.pk}/spectra/").json()["classes"] == []
    for sample, code in zip(samples[:3], (1, 1, 2), strict=True):
        factories.label(sample, bob, code)
    told = api(dave).get(f"/api/projects/{project.pk}/spectra/?sensor=rgb").json()
    assert [(each["code"], each["count"], each["pixels"]) for each in told["classes"]] == [(1, 2, 2048), (2, 1, 1024)]
    water = ramp(3, 96, 128)[:, :32, :64].reshape(3, -1).astype(float)
    np.testing.assert_allclose(told["classes"][0]["mean"], water.mean(1), rtol=1e-5)
    np.testing.assert_allclose(told["classes"][0]["spread"], water.std(1), rtol=1e-5)
    assert (told["complete"], [band["name"] for band in told["bands"]]) == (True, ["R", "G", "B"])


def test_a_sensor_that_is_not_there_is_told_which_are(api, project, samples, dave):
    answer = api(dave).get(f"/api/projects/{project.pk}/spectra/?sensor=modis")
    assert (answer.status_code, "it has rgb" in answer.json()["error"]["message"]) == (400, True)


def test_chips_without_a_place_have_their_values(api, project, dave, tmp_path):
    scene = factories.make_scene(project, tmp_path, name="chip", crs=None, transform=Affine.identity())
    sample = project.samples.get(tile__grid=scene.grid, tile__column=0, tile__row=0)
    told = api(dave).get(f"/api/projects/{project.pk}/samples/{sample.pk}/cursor/?x=5&y=7").json()
    assert [told[name] for name in ("longitude", "latitude", "crs", "easting")] == [None, None, "", None]
    assert [band["value"] for band in told["scenes"][0]["bands"]] == ramp(3, 96, 128)[:, 7, 5].tolist()
