"""The table of field cases is held row by row, and here are the tests of rows that no other file holds."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from annotation.exports import Options, formats_of, make
from annotation.models import Project
from tests import factories
from tests.annotation.exports.reading import unpacked
from tests.field_cases import HELD
from tests.rasters import ROOT, real_file

pytestmark = pytest.mark.django_db
SIZES = {"train/forest/0001": (64, 64), "train/water/0001": (64, 64), "val/eau_été/0002": (64, 64)}
SIZES |= {"wide": (64, 32), "tall": (32, 64), "测试/图": (64, 64)}


def rows() -> list[str]:
    """Return the first column of the table."""
    table = real_file("field_cases/README.md").read_text()
    return [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")][2:]


def test_every_row_of_the_table_is_held_by_a_test() -> None:
    assert len(rows()) > 25
    assert set(rows()) == set(HELD)
    assert all(HELD.values())


@pytest.mark.parametrize("row", HELD)
def test_the_tests_of_a_row_are_there_and_take_its_files(row: str) -> None:
    texts = {test: source_of(test) for test in HELD[row]}
    assert [test for test, text in texts.items() if not text] == []
    files = re.findall(r"\w+\.(?:tif|zip|bsq|hdr|jpg|jgw)|landsat_bands|EuroSAT", row)
    assert files
    assert [file for file in files if not any(file in text for text in texts.values())] == []


def source_of(test: str) -> str:
    """Return a test with what it is given, and the helpers of its file that name files; '' where there is none."""
    file, _, name = test.partition("::")
    text = (ROOT / file).read_text()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return "\n".join(map(ast.unparse, [*node.decorator_list, node]))
    return ""


def test_each_label_names_its_file_with_its_folder_in_every_format(
    project: Project, take, alice, tmp_path: Path
) -> None:
    take(real_file("field_cases/chips_named.zip"))
    samples = list(project.samples.select_related("tile").order_by("index"))
    assert {sample.tile.name for sample in samples} == set(SIZES)
    for sample in samples:
        factories.label(sample, alice, 1)
    for name in formats_of(project):
        if name == "embeddings":
            continue  # which holds vectors, and there are none yet
        make(project, name, target := tmp_path / f"{name}.zip", options=Options())
        assert target.stat().st_size > 0, name
    folder = unpacked(project, "coco", tmp_path / "coco")
    images = {
        image["file_name"]: (image["width"], image["height"])
        for image in COCO(folder / "annotations.coco.json").imgs.values()
    }
    for name, size in SIZES.items():
        (match,) = [shown for path, shown in images.items() if path.rpartition(".")[0].endswith(name)]
        assert match == size


def test_the_tools_of_coco_draw_the_label_of_a_whole_tile(project: Project, take, alice, tmp_path: Path) -> None:
    take(real_file("field_cases/u16_rgb.tif"))
    sample = project.samples.first()
    factories.label(sample, alice, 2)
    coco = COCO(unpacked(project, "coco", tmp_path / "coco") / "annotations.coco.json")
    (said,) = coco.anns.values()
    image = coco.imgs[said["image_id"]]
    mask = coco.annToMask(said)
    assert mask.shape == (image["height"], image["width"])
    assert mask.mean() > 0.95


def test_exported_chips_have_the_colours_of_their_files(project: Project, take, alice, tmp_path: Path) -> None:
    take(real_file("field_cases/chips_colour.zip"))
    for sample in project.samples.all():
        factories.label(sample, alice, 1)
    pictures = list((unpacked(project, "folders", tmp_path) / "classes").rglob("*.png"))
    right = {"forest": (30, 90, 40), "sand": (210, 190, 140), "tarmac": (70, 70, 72), "water": (20, 40, 110)}
    for kind, colour in right.items():
        seen = [np.asarray(Image.open(path).convert("RGB")).mean(axis=(0, 1)) for path in pictures if kind in path.name]
        assert seen, kind
        np.testing.assert_allclose(seen[0], colour, atol=4)
