"""Amounts in exports: GeoJSON with unit and name, one raster of real numbers a scene, and no COCO."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from django.contrib.auth.models import AbstractBaseUser

from annotation.errors import BadSettings
from annotation.exports import formats_of, make, request
from annotation.models import Export, Project
from tests.amounts import WATER, amount_project, say
from tests.factories import make_scene
from tests.rasters import UTM, UTM_ORIGIN


@pytest.fixture
def measured(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project of 4 x 3 tiles, of which the first and the last have amounts."""
    project = amount_project(alice)
    make_scene(project, tmp_path)
    say(project.samples.get(tile__column=0, tile__row=0), alice, 0)
    say(project.samples.get(tile__column=3, tile__row=2), alice, 12.5, uncertainty=2)
    return project


def unpack(project: Project, name: str, folder: Path) -> Path:
    """Export, and return the folder with its files."""
    make(project, name, folder / "out.zip")
    with zipfile.ZipFile(folder / "out.zip") as archive:
        archive.extractall(folder / "out")
    return folder / "out"


def test_it_works(measured: Project, tmp_path: Path) -> None:
    folder = unpack(measured, "geojson", tmp_path)
    first, last = json.loads((folder / "labels.geojson").read_text())["features"]
    wanted = {"amount": 12.5, "uncertainty": 2.0, "unit": "%", "name": "Share of water", "author": "alice"}
    assert wanted.items() <= last["properties"].items()
    assert (first["properties"]["amount"], first["properties"]["uncertainty"]) == (0.0, None)
    assert last["geometry"]["type"] == "Polygon"
    classes = json.loads((folder / "classes.json").read_text())
    assert (classes["task"], classes["classes"]) == ("amount", [])
    assert classes["task_options"] == measured.task_options
    assert classes["task_options"].items() >= WATER.items()
    lines = [json.loads(line) for line in (folder / "samples.jsonl").read_text().splitlines()]
    assert lines[-1]["value"] == {"amount": 12.5, "uncertainty": 2.0, "unit": "%"}


def test_a_scene_is_one_raster_of_real_numbers(measured: Project, tmp_path: Path) -> None:
    folder = unpack(measured, "masks", tmp_path)
    (path,) = (folder / "masks").iterdir()
    with rasterio.open(path) as raster:
        assert raster.dtypes == ("float32",)
        assert raster.crs == rasterio.CRS.from_string(UTM)
        assert raster.transform == UTM_ORIGIN @ rasterio.Affine.scale(32)
        assert np.isnan(raster.nodata)
        assert raster.descriptions == ("Share of water",)
        assert raster.tags(1)["unit"] == "%"
        says = raster.read(1)
    assert (says[0, 0], says[2, 3], np.isfinite(says).sum()) == (0, 12.5, 2)
    assert "NaN where nothing was said" in (folder / "README.txt").read_text()


def test_the_same_labels_are_the_same_bytes(measured: Project, tmp_path: Path) -> None:
    first, second = (make(measured, "masks", tmp_path / f"{number}.zip") for number in (1, 2))
    assert first == second


def test_coco_is_refused_with_what_to_take_instead(measured: Project, alice: AbstractBaseUser, tmp_path: Path) -> None:
    assert not {"coco", "yolo"} & set(formats_of(measured))
    for ask in (lambda: request(measured, "coco", alice), lambda: make(measured, "coco", tmp_path / "out.zip")):
        with pytest.raises(BadSettings, match="The format coco does not hold what labels of .*take one of: .*geojson"):
            ask()
    assert not Export.objects.exists()
