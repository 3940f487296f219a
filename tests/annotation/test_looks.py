"""How a scene's numbers become colours: chips of one folder share a stretch, pictures of 8 bits keep their colours."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from annotation import ingest
from annotation.ingest import Wishes
from annotation.looks import look_of
from mlcore.errors import UnknownName
from mlcore.looks import Recipe, Stretch
from tests.rasters import real_file, write_raster

pytestmark = pytest.mark.django_db
FLAT = {"forest": (30, 90, 40), "sand": (210, 190, 140), "tarmac": (70, 70, 72), "water": (20, 40, 110)}


def take(project, path):
    return list(ingest.ingest_files(project, [path], Wishes(), report=lambda *_: None))


def by(way):
    return Recipe(stretch=Stretch(by=way))


def shown(scene, recipe=None):
    png = scene.asset.reader.preview(scene.asset.file, look_of(scene, recipe))
    return Image.open(io.BytesIO(png)).convert("RGB").getpixel((4, 4))


def folder(tmp_path, factor, dtype):
    for name, colour in FLAT.items():
        values = np.ones((3, 16, 16)) * np.array(colour)[:, None, None] * factor
        values += np.random.default_rng(1).integers(0, 2, values.shape)
        write_raster(tmp_path / "chips" / f"{name}.tif", values.astype(dtype), crs=None)
    return tmp_path / "chips"


@pytest.fixture(autouse=True)
def chips(tmp_path):
    (tmp_path / "chips").mkdir()


def test_it_works(project, tmp_path):
    take(project, folder(tmp_path, 1, "uint8"))
    for scene in project.scenes.all():
        assert shown(scene) == pytest.approx(FLAT[scene.name.removesuffix(".tif")], abs=1)
        assert shown(scene, by("stored")) == shown(scene)


def test_chips_of_other_numbers_share_one_stretch(project, tmp_path):
    take(project, folder(tmp_path, 20, "uint16"))
    by_name = {scene.name.removesuffix(".tif"): scene for scene in project.scenes.all()}
    assert len({look_of(scene).ranges for scene in by_name.values()}) == 1
    colours = {name: shown(scene) for name, scene in by_name.items()}
    assert all(value > 200 for value in colours["sand"])
    assert colours["water"][2] > 2 * colours["water"][0] and max(colours["tarmac"]) < 130
    assert look_of(by_name["sand"], by("stored")) == look_of(by_name["sand"], by("percentile"))


def test_a_scene_on_the_map_keeps_its_own_stretch(scene):
    band = scene.asset.statistics()[0]
    assert look_of(scene).ranges[0] == (band.p2, band.p98)
    assert look_of(scene, by("stored")).ranges[0] == (0, 255)
    with pytest.raises(UnknownName, match="composite"):
        look_of(scene, Recipe(composite="loud"))


def test_the_field_case_has_its_colours(project, tmp_path):
    path = real_file("field_cases/chips_colour.zip")
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".png", ".jpg", ".tif"))]
    take(project, path)
    assert project.scenes.count() == len(names)
    for scene in project.scenes.all():
        word = next(word for word in FLAT if word in scene.name)
        assert shown(scene) == pytest.approx(FLAT[word], abs=12)
