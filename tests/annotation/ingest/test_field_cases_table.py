"""The table of field cases is held row by row: which test holds each, and the rows that no other file holds."""

import re
from pathlib import Path

import pytest
from pycocotools.coco import COCO

from annotation.exports import Options, formats_of, make
from annotation.models import Project
from tests import factories
from tests.annotation.exports.reading import unpacked
from tests.rasters import ROOT, real_file

pytestmark = pytest.mark.django_db
SIZES = {"train/forest/0001": (64, 64), "train/water/0001": (64, 64), "val/eau_été/0002": (64, 64)}
SIZES |= {"wide": (64, 32), "tall": (32, 64), "测试/图": (64, 64)}


def test_every_file_of_the_table_is_in_a_test() -> None:
    table = real_file("field_cases/README.md").read_text()
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")][2:]
    named = [name for row in rows for name in re.findall(r"[\w]+\.(?:tif|zip|bsq|jpg)|landsat_bands|EuroSAT", row)]
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 25
    assert [name for name in named if name not in tests] == []


def test_each_label_names_its_file_with_its_folder_in_every_format(
    project: Project, take, alice, tmp_path: Path
) -> None:
    take(real_file("field_cases/chips_named.zip"))
    samples = list(project.samples.select_related("tile").order_by("index"))
    assert {sample.tile.name for sample in samples} == set(SIZES)
    for sample in samples:
        factories.label(sample, alice, 1)
    for name in formats_of(project):
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
