"""Labels that speak of images by name: ready-made chips, and scenes on a lattice."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from PIL import Image

from annotation.arrays.masks import load_mask
from annotation.ingest import Wishes, ingest_files
from annotation.models import Project, Sample
from tests import factories
from tests.annotation.imports.conftest import fates, looked_at, messages, taken, zip_of
from tests.rasters import ramp, write_raster
from tests.worlds import shared_world

pytestmark = pytest.mark.django_db
NAMES = ("a/one", "a/two", "b/one", "three")


def build(alice: Any, folder: Path) -> Project:
    """Return a project of four chips of 32 x 32 px, and one 32 wide and 16 high."""
    for number, name in enumerate((*NAMES, "wide")):
        path = folder / "chips" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        height = 16 if name == "wide" else 32
        values = ramp(3, height, 32) // 2 + number
        write_raster(path, values, crs=None, transform=Affine.identity(), driver="PNG")
    project = factories.make_project(alice, name="Chips")
    list(ingest_files(project, [folder / "chips"], Wishes(), report=lambda *_: None))
    return project


world, alice, project = shared_world(build)


def said(project: Project) -> dict[str, Any]:
    rows = Sample.objects.filter(project=project, answer__isnull=False).select_related("tile", "answer")
    return {row.tile.name: row.answer.value for row in rows}


def test_folders_by_class(project, alice):
    files = {"x/Forest/three.png": "1", "x/Open_Water/wide.png": "1", "x/Moor/nobody.png": "1", "top.png": "1"}
    row = looked_at(project, alice, zip_of(files))
    assert row.report["format"] == "folders"
    assert fates(row) == {"taken": 2, "outside": 1, "broken": 1}
    taken(row)
    assert said(project) == {"three": {"class": 2}, "wide": {"class": 1}}


def test_tables_name_chips_by_path(project, alice):
    table = "file,class\na/one.png,Forest\nb/one,3\none.png,Forest\n./three.PNG,Forest\nnobody.png,Forest\n"
    row = looked_at(project, alice, table.encode(), "labels.csv")
    assert fates(row) == {"taken": 3, "broken": 1, "outside": 1}
    assert messages(row)["line 4"] == "2 tiles are called 'one.png'; name the folders, too."
    assert messages(row)["line 6"] == "No tile of the project is called 'nobody.png'."
    taken(row)
    assert said(project) == {"a/one": {"class": 2}, "b/one": {"class": 3}, "three": {"class": 2}}


def test_boxes_of_yolo_name_a_chip_that_they_cover(project, alice):
    boxes = {"labels/three.txt": "0 0.5 0.5 0.9 0.9\n", "labels/wide.txt": "0 0.5 0.5 0.2 0.2"}
    files = {"classes.txt": "Forest\n", **boxes}
    row = taken(looked_at(project, alice, zip_of(files)))
    assert fates(row) == {"taken": 1, "short": 1}
    assert said(project) == {"three": {"class": 2}}
    assert row.items.get(fate="taken").share == pytest.approx(0.81, abs=0.06)
    files["labels/wide.txt"] = "0 0.5 0.5 1 0.9"  # of the chip, which is half as high as it is wide
    assert fates(looked_at(project, alice, zip_of(files))) == {"known": 1, "taken": 1}


def test_coco_paints_chips_of_any_size(project, alice):
    Project.objects.filter(pk=project.pk).update(task="masks")
    project = Project.objects.get(pk=project.pk)
    content = {
        "images": [
            {"id": 1, "file_name": "wide.png", "width": 64, "height": 32},
            {"id": 2, "file_name": "three.png", "width": 32, "height": 32},
        ],
        "categories": [{"id": 1, "name": "Forest"}, {"id": 2, "name": "Bare rock"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[0, 0, 32, 0, 32, 32, 0, 32]]},
            {"id": 2, "image_id": 1, "category_id": 2, "bbox": [32, 0, 32, 16]},
            {"id": 3, "image_id": 2, "category_id": 2, "segmentation": {"size": [32, 32], "counts": [0, 512, 512]}},
            {"id": 4, "image_id": 2, "category_id": 2, "segmentation": {"size": [32, 32], "counts": [0, 512]}},
            {"id": 5, "image_id": 2, "category_id": 2, "segmentation": [[1, 2, 3]]},
        ],
    }
    row = looked_at(project, alice, json.dumps(content).encode(), "coco.json")
    assert row.report["format"] == "coco"
    assert fates(row) == {"taken": 2, "broken": 2}
    assert messages(row)["annotation 4"] == "Its run lengths do not add up to 32 x 32 px."
    taken(row)
    wide = np.zeros((32, 32), np.uint8)
    wide[:16, :16], wide[:8, 16:] = 2, 3
    assert np.array_equal(load_mask(said(project)["wide"]["mask"]), wide)
    assert (load_mask(said(project)["three"]["mask"])[:, :16] == 3).all()


def test_masks_called_as_chips(project, alice):
    Project.objects.filter(pk=project.pk).update(task="masks")
    project = Project.objects.get(pk=project.pk)
    codes = np.zeros((32, 32), np.uint8)
    codes[:5], codes[5:9] = 2, 9
    buffer = io.BytesIO()
    Image.fromarray(codes).save(buffer, "PNG")
    files = {"masks/a/two.png": buffer.getvalue(), "masks/b.png": b"\x89PNG\r\n\x1a\nxx"}
    row = looked_at(project, alice, zip_of(files))
    assert fates(row) == {"unmapped": 1, "broken": 1}
    row = taken(row, mapping={"9": None})
    assert (load_mask(said(project)["a/two"]["mask"]) == np.where(codes == 9, 0, codes)).all()


def test_areas_in_pixels_of_a_scene_lie_on_its_tiles(alice, tmp_path):
    other = factories.make_project(alice, name="Scene")
    factories.make_scene(other, tmp_path, name="scene")  # 128 x 96 px, tiles of 32
    run = {"size": [96, 128], "counts": [0, 96 * 32, 96 * 96]}
    content = {
        "images": [{"id": 1, "file_name": "img/scene.tif", "width": 128, "height": 96}],
        "categories": [{"id": 1, "name": "Forest"}, {"id": 2, "name": "Bare rock"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [64, 32, 32, 32]},
            {"id": 2, "image_id": 1, "category_id": 2, "segmentation": run},
        ],
    }
    row = taken(looked_at(other, alice, json.dumps(content).encode(), "coco.json"))
    rows = Sample.objects.filter(project=other, answer__isnull=False).select_related("tile", "answer__label")
    there = {(each.tile.column, each.tile.row): each.answer.label.code for each in rows}
    assert there == {(2, 1): 2, (0, 0): 3, (0, 1): 3, (0, 2): 3}
    assert fates(row) == {"taken": 4}


def test_masks_on_the_map_name_tiles(alice, tmp_path):
    from mlcore.raster.write import write_mask
    from tests.rasters import UTM, UTM_ORIGIN

    other = factories.make_project(alice, name="Ground")
    factories.make_scene(other, tmp_path, name="scene")
    codes = np.zeros((24, 32), np.uint8)
    codes[:8, :8], codes[8:10, 8:16] = 2, 3
    write_mask(tmp_path / "mask.tif", codes, UTM_ORIGIN @ Affine.scale(4), UTM, colours={}, names={2: "Forest"})
    row = taken(looked_at(other, alice, tmp_path / "mask.tif"))
    assert fates(row) == {"taken": 1, "short": 1}
    assert other.samples.get(answer__isnull=False).answer.value == {"class": 2}


def test_codes_that_are_written_as_real_numbers_are_codes(alice, tmp_path):
    project = factories.make_project(alice, task="masks")
    factories.make_scene(project, tmp_path)
    codes = np.repeat(np.float32([[[1] * 64 + [2] * 64]]), 96, axis=1)
    row = looked_at(project, alice, write_raster(tmp_path / "codes.tif", codes).read_bytes(), name="codes.tif")
    assert fates(row) == {"taken": 12} and [each["name"] for each in row.report["classes"]] == ["1", "2"]
    row = looked_at(project, alice, write_raster(tmp_path / "ndvi.tif", codes / 4).read_bytes(), name="ndvi.tif")
    assert fates(row) == {"broken": 12}
