"""Recipes for scenes of every kind, from the database to pixels: radar, heights, spectrometers."""

import io

import numpy as np
import pytest
from affine import Affine
from PIL import Image

from annotation.looks import Place, histogram_of, look_of
from mlcore.looks import read_recipe
from mlcore.sensors.table import get_sensor, unknown_sensor
from tests import factories
from tests.rasters import write_raster

pytestmark = pytest.mark.django_db


def scene_of(project, tmp_path, values, sensor, **raster):
    """Return a scene of these numbers, taken for a sensor's."""
    from annotation.ingest import Wishes, ingest_files

    path = write_raster(tmp_path / "given.tif", np.asarray(values, np.float32), **raster)
    list(ingest_files(project, [path], Wishes(), report=lambda *_: None))
    scene = project.scenes.latest("pk")
    scene.sensor = sensor.to_dict()
    scene.save()
    return scene


def picture(scene, recipe, *, column=0, row=0, margin=0, size=None):
    place = Place(*scene.cell_at(column, row))
    look = look_of(scene, read_recipe(recipe), place)
    cell = place.grid, place.column, place.row
    png = scene.asset.reader.picture(scene.asset.file, *cell, look, margin_px=margin, size=size)
    return np.array(Image.open(io.BytesIO(png)).convert("RGBA")).astype(int)


def test_it_works(project, tmp_path):
    across = np.linspace(-25, -5, 128) * np.ones((96, 1))
    scene = scene_of(project, tmp_path, [across, across - 6], get_sensor("sentinel1-grd"))
    recipe = {"bands": ["VV", "VH", "VV / VH"], "decibels": True}
    told = histogram_of(scene, read_recipe(recipe), Place(*scene.cell_at(0, 0)))
    assert [(channel["unit"], channel["title"]) for channel in told] == [("dB", "VV"), ("dB", "VH"), ("dB", "VV / VH")]
    assert told[0]["ends"] == pytest.approx([-24.6, -5.4], abs=0.1) and told[2]["ends"] == pytest.approx([6, 6], abs=1)
    assert picture(scene, recipe)[..., 3].all()
    assert picture(scene, recipe | {"filter": "lee"})[..., 3].all()


def test_numbers_that_are_all_the_same_or_huge_have_a_histogram(project, tmp_path):
    flat, huge = np.full((96, 128), 1e9), np.full((96, 128), 3e38)
    huge[:48] = -3e38
    scene = scene_of(project, tmp_path, [flat, huge, np.full((96, 128), 1e-30)], unknown_sensor(3))
    bands = ["`1`", "`2`", "`3`"]
    for stretch in (
        {"by": "minmax"},
        {"by": "stddev"},
        {"by": "ends", "ends": [[-3e38, 3e38], [0, 1e-300], [1e9, 1.1e9]]},
    ):
        for channel in histogram_of(
            scene, read_recipe({"bands": bands, "stretch": stretch}), Place(*scene.cell_at(0, 0))
        ):
            assert sum(channel["counts"]) == 96 * 128
        assert picture(scene, {"bands": bands, "stretch": stretch})[..., 3].all()


def test_shaded_tiles_join_without_a_seam(project, tmp_path):
    down, across = np.mgrid[0:96, 0:128]
    scene = scene_of(project, tmp_path, [40 * np.sin(across / 9) + 30 * np.cos(down / 7)], get_sensor("elevation"))
    for recipe in ({"shade": "hillshade"}, {"shade": "slope", "ramp": "inferno"}):
        inner, wide = picture(scene, recipe, column=1, row=1), picture(scene, recipe, column=1, row=1, margin=16)
        assert np.array_equal(wide[16:48, 16:48], inner) and len(np.unique(inner[..., 0])) > 20
    assert picture(scene, {"shade": "hillshade"})[..., 3].all()  # at the edge of the raster, too


def test_ground_is_smooth_when_it_is_enlarged(project, tmp_path):
    down, across = np.mgrid[0:96, 0:128]
    scene = scene_of(project, tmp_path, [4.0 * across + 0 * down], get_sensor("elevation"))
    shown = picture(scene, {"shade": "slope"}, column=1, row=1, size=256)[8:-8, 8:-8, 0]
    assert np.ptp(shown) <= 12 and shown.mean() == pytest.approx(255 * np.degrees(np.arctan(0.4)) / 60, abs=4)


def test_heights_in_degrees_are_as_steep_as_in_metres(project, tmp_path):
    across = 11.132 * np.cos(np.radians(10)) * np.arange(64) * np.ones((64, 1))
    place = Affine(1e-4, 0, 8, 0, -1e-4, 10)
    scene = scene_of(project, tmp_path, [across], get_sensor("elevation"), crs="EPSG:4326", transform=place)
    recipe = read_recipe({"shade": "slope", "stretch": {"by": "percentile"}})
    (channel,) = histogram_of(scene, recipe, Place(*scene.cell_at(0, 0)))
    assert channel["ends"] == pytest.approx([45, 45], abs=1) and channel["unit"] == "degrees"


def test_components_of_a_spectrometer_are_told_once(project, tmp_path, monkeypatch):
    from annotation.looks import numbers

    rng = np.random.default_rng(1)
    spectra = rng.normal(size=(3, 20, 1, 1))
    fields = rng.normal(size=(3, 6, 8)).repeat(16, axis=1).repeat(16, axis=2)
    cube = 100 + sum(spectra[at] * fields[at] for at in range(3)) + rng.normal(size=(20, 96, 128)) * 0.05
    scene = scene_of(project, tmp_path, cube, unknown_sensor(20))
    for kind in ("pca", "mnf"):
        shown = picture(scene, {"components": kind})
        assert shown[..., 3].all() and len(np.unique(shown[::16, ::16, :3].reshape(-1, 3), axis=0)) == 4
    monkeypatch.setattr(numbers, "fit_mixture", None)
    assert np.array_equal(picture(scene, {"components": "mnf"}), shown)


def test_a_scene_of_one_band_has_no_components(project, tmp_path):
    from mlcore.errors import BadRecipe

    scene = factories.make_scene(project, tmp_path, size=(1, 96, 128))
    with pytest.raises(BadRecipe, match="at least 3"):
        look_of(scene, read_recipe({"components": "pca"}))
