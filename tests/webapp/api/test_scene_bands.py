"""/api/projects/{id}/scenes/{id}/bands/: an owner says which band is what, for one scene or for all like it."""

import numpy as np
import pytest
import rasterio

from annotation import ingest
from annotation.chips import load_samples
from annotation.ingest import Wishes
from annotation.models import Job, Sample
from tests import factories
from tests.rasters import write_raster

pytestmark = pytest.mark.django_db
BGRN = [
    {"name": "blue", "wavelength_nm": 480, "width_nm": 60},
    {"name": "green", "wavelength_nm": 560, "width_nm": 60},
    {"name": "red", "wavelength_nm": 665, "width_nm": 30},
]


@pytest.fixture
def scenes(project, tmp_path):
    """Three scenes of unnamed bands, the last of another kind of numbers."""
    for number, dtype in enumerate(["uint16", "uint16", "int16"]):
        values = np.random.default_rng(number).integers(300, 3000, (3, 64, 64)).astype(dtype)
        path = write_raster(tmp_path / f"{number}.tif", values)
        list(ingest.ingest_files(project, [path], Wishes(), report=lambda *_: None))
    return list(project.scenes.order_by("pk"))


@pytest.fixture
def address(project, scenes):
    return f"/api/projects/{project.pk}/scenes/{scenes[0].pk}/bands/"


def test_it_works(api, project, scenes, address, alice):
    known = api(alice).get(address).json()
    assert [band["name"] for band in known["bands"]] == ["R", "G", "B"]
    assert (known["quantity"], known["alike"]) == ("digital_number", 1)
    Job.objects.all().delete()
    bands = [band | {"scale": 0.0001, "offset": -0.01} for band in BGRN]
    answer = api(alice).post(address, {"bands": bands, "quantity": "reflectance"}, format="json")
    assert (answer.status_code, answer.json()) == (200, {"scenes": 1})
    sensor = project.scenes.get(pk=scenes[0].pk).get_sensor()
    assert sensor.composite("true").bands == ("red", "green", "blue")
    assert [band.wavelength_nm for band in sensor.bands] == [480, 560, 665]
    assert Job.objects.filter(kind="embed").count() == 1
    (_, sample), *_ = load_samples(project, Sample.objects.filter(project=project))
    chip = next(chip for chip in sample.chips if chip.sensor.code == sensor.code)
    assert 0.02 - 1e-6 <= chip.pixels.min() and chip.pixels.max() <= 0.29 + 1e-6
    shown = api(alice).get(f"/api/projects/{project.pk}/scenes/{scenes[0].pk}/").json()
    assert (shown["sensor"]["guessed"], shown["sensor"]["title"]) == (False, "As stated: blue, green, red")
    assert not any("Nothing in it says" in remark for remark in shown["remarks"])


def test_many_bands_are_told_by_the_light_they_see(project, tmp_path, alice, api):
    scene = factories.make_scene(project, tmp_path, name="cube", size=(12, 64, 64))
    bands = [{"name": f"B{n}", "wavelength_nm": 1000 + 25 * n, "width_nm": 25} for n in range(12)]
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/{scene.pk}/bands/", {"bands": bands}, format="json")
    assert answer.status_code == 200, answer.content
    sensor = project.scenes.get(pk=scene.pk).get_sensor()
    assert sensor.title == "As stated: 12 bands, 1000 to 1275 nm"
    assert sensor.composites[-1].title == "Band B11, 1275 nm"


def test_all_scenes_like_it_follow(api, project, scenes, address, alice):
    answer = api(alice).post(address, {"bands": BGRN, "alike": True}, format="json")
    assert answer.json() == {"scenes": 2}
    codes = [scene.get_sensor().code for scene in project.scenes.order_by("pk")]
    assert codes[0] == codes[1] != codes[2] == "rgb"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bands": BGRN[:2]}, "has 3 bands, 2 are described"),
        ({"bands": [BGRN[0], BGRN[0], BGRN[2]]}, "more than once"),
        ({"bands": [*BGRN[:2], {"name": "red", "wavelength_nm": 0.665}]}, "100"),
        ({"bands": [*BGRN[:2], {"name": "red", "scale": 0}]}, "other than 0"),
        ({"bands": [*BGRN[:2], {"name": "<b>"}]}, "Leave out"),
        ({"bands": BGRN, "quantity": "smell"}, "smell"),
        ({"bands": BGRN, "quantity": "reflectance"}, "reflectance"),
        ({"bands": []}, "empty"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(api, project, scenes, address, alice, change, words):
    before = scenes[0].sensor
    answer = api(alice).post(address, change, format="json")
    if answer.status_code == 200:  # numbers on another scale are read as such, and that is remarked
        assert any("read as" in remark for remark in project.scenes.first().remarks)
        return
    assert answer.status_code == 400
    assert words in str(answer.json())
    assert project.scenes.get(pk=scenes[0].pk).sensor == before


def test_only_an_owner_may(api, address, bob, mallory):
    assert api(bob).post(address, {"bands": BGRN}, format="json").status_code == 403
    assert api(bob).get(address).status_code == 200
    assert api(mallory).get(address).status_code == 404


def test_a_stated_sensor_survives_a_second_look(api, project, scenes, address, alice):
    from annotation.soundness import check_scenes

    api(alice).post(address, {"bands": BGRN, "alike": True}, format="json")
    check_scenes(project)
    assert [scene.fault for scene in project.scenes.all()] == ["", "", ""]
    assert project.scenes.get(pk=scenes[1].pk).get_sensor().bands[0].name == "blue"


def test_a_scale_of_the_file_is_applied_and_shown(api, project, tmp_path, alice):
    path = write_raster(tmp_path / "ndvi.tif", np.full((1, 64, 64), 500, np.int16), descriptions=("NDVI",))
    with rasterio.open(path, "r+") as dataset:
        dataset.scales = [0.001]
    list(ingest.ingest_files(project, [path], Wishes(), report=lambda *_: None))
    scene = project.scenes.get()
    assert (scene.sensor["code"], scene.sensor["quantity"]) == ("index-ndvi", "index")
    assert any("x 0.001" in remark for remark in scene.remarks)
    known = api(alice).get(f"/api/projects/{project.pk}/scenes/{scene.pk}/bands/").json()
    assert known["bands"][0]["scale"] == 0.001
