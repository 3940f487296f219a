"""Exports of ready-made chips: in the user's own size and pixels, under the user's own path."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from PIL import Image

from annotation.exports import Options, make
from annotation.ingest import ingest_files
from annotation.ingest.arrivals import Wishes
from annotation.labeling import Answer, submit
from annotation.models import Project, Tile
from annotation.models.projects import Role
from annotation.tasks.masks import wrapped
from tests import factories
from tests.rasters import UTM_ORIGIN, ramp, write_raster

pytestmark = pytest.mark.django_db
PLACELESS = {"crs": None, "transform": Affine.identity(), "driver": "PNG"}
NAMES = ["tall", "train/forest/0001", "train/water/0001", "wide"]
SIZES = {"tall": (32, 64), "train/forest/0001": (64, 64), "train/water/0001": (64, 64), "wide": (64, 32)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of chips: two squares of one name in two folders, a wide and a tall one."""
    for number, (name, (width, height)) in enumerate(SIZES.items()):
        path = tmp_path / "chips" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_raster(path, ramp(3, height, width) // 2 + number, **PLACELESS)
    return tmp_path / "chips"


def take(project: Project, folder: Path) -> None:
    list(ingest_files(project, [folder], Wishes(), report=lambda *_: None))


def ingested(owner, bob, folder, task="classes"):
    project = factories.make_project(owner, name=f"Chips {task}", task=task)
    factories.join(project, bob, Role.ANNOTATOR)
    take(project, folder)
    return project


def exported(project: Project, name: str, tmp_path: Path, **options) -> dict[str, bytes]:
    make(project, name, tmp_path / "out.zip", **options)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        return {path: archive.read(path) for path in archive.namelist()}


@pytest.fixture
def classified(alice, bob, folder):
    project = ingested(alice, bob, folder)
    factories.label_all(list(project.samples.order_by("index")), bob)
    return project


@pytest.fixture
def painted(alice, bob, folder):
    """Return chips whose upper left corner is of class 1, and all else of class 2, the padding as well."""
    project = ingested(alice, bob, folder, "masks")
    mask = np.full((64, 64), 2, np.uint8)
    mask[:8, :16] = 1
    for sample in project.samples.all():
        submit(sample, bob, Answer(value=wrapped(mask)))
    return project


def test_it_works(painted, folder, tmp_path):
    files = exported(painted, "masks", tmp_path, options=Options(images=True))
    for name, (width, height) in SIZES.items():
        with rasterio.open(io.BytesIO(files[f"masks/{name}.tif"])) as mask:
            assert (mask.width, mask.height) == (width, height)
            pixels = mask.read(1)
        assert (pixels[:8, :16] == 1).all()
        assert (pixels == 2).sum() == width * height - 128
        theirs, ours = Image.open(folder / f"{name}.png"), Image.open(io.BytesIO(files[f"images/{name}.png"]))
        assert np.array_equal(np.array(ours), np.array(theirs))


def test_coco_has_the_size_and_the_path(painted, tmp_path):
    coco = json.loads(exported(painted, "coco", tmp_path)["annotations.coco.json"])
    images = {image["files"][0].removesuffix(".png"): image for image in coco["images"]}
    assert {name: (image["width"], image["height"]) for name, image in images.items()} == SIZES
    assert images["train/forest/0001"]["file_name"] == "images/train/forest/0001.png"
    wide = [item for item in coco["annotations"] if item["image_id"] == images["wide"]["id"]]
    assert [(item["category_id"], item["area"]) for item in wide] == [(1, 128), (2, 64 * 32 - 128)]
    assert {tuple(item["segmentation"]["size"]) for item in wide} == {(32, 64)}
    assert {sum(item["segmentation"]["counts"]) for item in wide} == {64 * 32}


def test_a_class_of_a_whole_chip_is_a_polygon_around_it(classified, tmp_path):
    coco = json.loads(exported(classified, "coco", tmp_path)["annotations.coco.json"])
    of = {image["id"]: image["files"] for image in coco["images"]}
    wide = next(item for item in coco["annotations"] if of[item["image_id"]] == ["wide.png"])
    assert (wide["bbox"], wide["area"]) == ([0, 0, 64, 32], 2048)
    assert wide["segmentation"] == [[0, 0, 64, 0, 64, 32, 0, 32]]


def test_geojson_and_lines_name_the_file_and_its_size(classified, tmp_path):
    files = exported(classified, "geojson", tmp_path)
    told = {
        item["properties"]["tile_name"]: item["properties"] for item in json.loads(files["labels.geojson"])["features"]
    }
    assert {name: tuple(item["pixel_bounds"][2:]) for name, item in told.items()} == SIZES
    assert told["train/water/0001"]["tile_files"] == ["train/water/0001.png"]
    lines = [json.loads(line) for line in files["samples.jsonl"].decode().splitlines()]
    assert sorted(line["tile_files"][0] for line in lines) == [f"{name}.png" for name in NAMES]


def test_rasters_of_classes_are_one_pixel_over_the_whole_chip(alice, bob, tmp_path):
    (tmp_path / "chips" / "north").mkdir(parents=True)
    write_raster(tmp_path / "chips" / "north" / "wide.tif", ramp(3, 16, 32), transform=UTM_ORIGIN)
    project = ingested(alice, bob, tmp_path / "chips")
    factories.label(project.samples.get(), bob, 2)
    files = exported(project, "masks", tmp_path)
    with rasterio.open(io.BytesIO(files["masks/north/wide.tif"])) as mask:
        assert mask.read(1).tolist() == [[2]]
        assert mask.bounds == (UTM_ORIGIN.c, UTM_ORIGIN.f - 160, UTM_ORIGIN.c + 320, UTM_ORIGIN.f)


def test_painted_areas_lie_where_the_chip_lies(alice, bob, tmp_path):
    (tmp_path / "chips").mkdir()
    write_raster(tmp_path / "chips" / "wide.tif", ramp(3, 16, 32), transform=UTM_ORIGIN)
    project = ingested(alice, bob, tmp_path / "chips", "masks")
    submit(project.samples.get(), bob, Answer(value=wrapped(np.ones((32, 32), np.uint8))))
    (feature,) = json.loads(exported(project, "geojson", tmp_path)["labels.geojson"])["features"]
    from shapely.geometry import shape

    ground = shape(json.loads(project.samples.get().tile.outline.geojson))
    assert feature["properties"]["pixels"] == 512
    assert shape(feature["geometry"]).symmetric_difference(ground).area < 0.01 * ground.area


def test_a_finer_chip_that_came_later_is_cut_whole(alice, bob, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write_raster(tmp_path / "a" / "x_S1.tif", ramp(2, 16, 32), descriptions=["VV", "VH"], transform=UTM_ORIGIN)
    project = ingested(alice, bob, tmp_path / "a", "masks")
    finer = UTM_ORIGIN @ Affine.scale(0.5)
    write_raster(tmp_path / "b" / "x_rgb.tif", ramp(3, 32, 64), transform=finer)
    take(project, tmp_path / "b")
    submit(project.samples.get(), bob, Answer(value=wrapped(np.ones((32, 32), np.uint8))))
    files = exported(project, "masks", tmp_path)
    with rasterio.open(io.BytesIO(files["masks/x_S1.tif"])) as mask:
        assert (mask.width, mask.height, mask.transform) == (32, 16, UTM_ORIGIN)


@pytest.mark.parametrize(
    "name", ["../../etc/x", "/abs", "a.tif/b", "c:\\x", "tile-0000000", "x" * 250, "wide", "a/ /b"]
)
def test_names_that_no_file_can_have_are_replaced(classified, tmp_path, name):
    Tile.objects.filter(grid__project=classified, name="tall").update(name=name)
    files = exported(classified, "masks", tmp_path)
    written = sorted(path for path in files if path.startswith("masks/"))
    assert len(written) == 4
    assert sum("tile-00000" in path for path in written) == 1
    assert "masks/train/water/0001.tif" in written
