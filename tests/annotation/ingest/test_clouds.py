"""Point clouds become scenes: their own modality, pictures of several kinds, and a vector beside other sensors."""

from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from annotation.chips import load_samples
from annotation.ingest import Status
from annotation.looks import Place, histogram_of, look_of
from annotation.models import Project, Sample
from mlcore.looks import Recipe, presets_of
from mlcore.model import load_encoder
from mlcore.raster.info import RasterInfo
from mlcore.sensors import Modality
from tests.clouds import write_cloud
from tests.rasters import ramp, real_file, write_raster

pytestmark = pytest.mark.django_db


def test_it_works(project: Project, take, tmp_path: Path) -> None:
    (result,) = take(write_cloud(tmp_path / "a.laz", side=80))
    assert result.status is Status.ACCEPTED, result.message
    assert "gridded at 2 m" in result.message
    scene = project.scenes.get()
    assert (scene.asset.kind, scene.get_sensor().modality, scene.sensor_guessed) == ("points", Modality.POINTS, False)
    assert isinstance(scene.asset.info(), RasterInfo)
    sample = next(iter(load_samples(project, Sample.objects.all())))[1]
    assert len(sample.chips[0].sensor.bands) == 12
    assert np.isfinite(np.asarray(load_encoder("nano").embed([sample]))).all()
    names = [composite.name for composite in scene.get_sensor().composites]
    assert names == ["height", "surface", "layers", "intensity", "density", "class"]
    for name in names:
        look = look_of(scene, Recipe(composite=name))
        assert scene.asset.reader.preview(scene.asset.file, look).startswith(b"\x89PNG")


def test_a_cloud_is_seen_in_colours_by_height_and_class(project: Project, take, tmp_path: Path) -> None:
    take(write_cloud(tmp_path / "a.laz", side=80))
    scene = project.scenes.get()
    presets = {preset.name: preset.recipe for preset in presets_of(scene.get_sensor())}
    assert {"height-colours", "surface-colours", "brightness", "classes", "hillshade", "slope"} <= presets.keys()
    for recipe in presets.values():
        assert scene.asset.reader.preview(scene.asset.file, look_of(scene, recipe)).startswith(b"\x89PNG")
    (told,) = histogram_of(scene, presets["height-colours"], Place(*scene.cell_at(0, 0)))
    assert told["ends"] == [0, pytest.approx(10)]  # the tree, in metres


def test_a_cloud_and_a_picture_of_one_place_are_one_sample(project: Project, take, tmp_path: Path) -> None:
    transform = Affine(1, 0, 500_000, 0, -1, 5_000_000)
    take(write_raster(tmp_path / "rgb.tif", ramp(3, 64, 64), transform=transform))
    (result,) = take(write_cloud(tmp_path / "a.laz", side=64))
    assert result.status is Status.ACCEPTED, result.message
    sample = next(iter(load_samples(project, Sample.objects.all())))[1]
    assert [chip.sensor.modality for chip in sample.chips] == [Modality.OPTICAL, Modality.POINTS]
    assert np.isfinite(np.asarray(load_encoder("nano").embed([sample]))).all()


@pytest.mark.parametrize("name", ["pointcloud/pdal_autzen_trim.las", "neon_trees/SJER_JERC/SJER_052.laz"])
def test_real_clouds_come_in(project: Project, take, name: str) -> None:
    (result,) = take(real_file(name))
    assert result.status is Status.ACCEPTED, result.message
    assert project.scenes.get().asset.kind == "points"


def test_the_second_time_changes_nothing(project: Project, take, tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.laz")
    take(path)
    assert take(path)[0].status is Status.DUPLICATE
