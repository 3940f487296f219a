"""Laser returns with classes of their own, beside a mask: kept as drawn, checked, and exported."""

from pathlib import Path
from typing import Any

import laspy
import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.errors import BadAnswer, UnknownClass
from annotation.ingest import Wishes, ingest_files
from annotation.models import Project, Sample
from annotation.projects import merge_class
from annotation.tasks.masks import wrapped
from tests import factories
from tests.annotation.exports.reading import unpacked
from tests.clouds import CORNER, write_cloud

pytestmark = pytest.mark.django_db

SQUARE = [[0, 0], [8, 0], [8, 8], [0, 8]]
MASK = np.eye(32, dtype=np.uint8)


@pytest.fixture
def sample(alice: AbstractBaseUser, tmp_path: Path) -> Sample:
    """Return the tile of a cloud of 64 m, gridded at 2 m: ground, and a tree of 10 m over its north-west quarter."""
    project = factories.make_project(alice, task="masks", name="Trees")
    results = list(
        ingest_files(project, [write_cloud(tmp_path / "trees.laz", side=64)], Wishes(), report=lambda *_: None)
    )
    assert [each.status for each in results] == ["accepted"]
    return project.samples.get()


def lasso(sample: Sample, **fields: Any) -> dict[str, Any]:
    """Return one from above."""
    return {"scene": sample.project.scenes.get().pk, "class": 2, "polygon": SQUARE, **fields}


def canopy(sample: Sample, **fields: Any) -> dict[str, Any]:
    """Return one around all that is higher than 5 m, in the profile along the tree's middle."""
    strip = {"line": [[0, 8], [32, 8]], "width": 64, "metres": [2, 2]}
    return lasso(sample, polygon=[[0, 5], [64, 5], [64, 12], [0, 12]], **strip, **fields)


def say(sample: Sample, user: AbstractBaseUser, *lassos: Any) -> dict[str, Any]:
    return factories.say(sample, user, {**wrapped(MASK), "returns": list(lassos)}).value


def exported(project: Project, folder: Path) -> Any:
    return laspy.read(unpacked(project, "laz", folder) / "clouds" / "trees.laz")


def test_it_works(sample: Sample, alice: AbstractBaseUser, tmp_path: Path) -> None:
    """What returns were given wins over the pixel that they lie in; those above and below go their own ways."""
    value = say(sample, alice, canopy(sample, **{"class": 3}))
    assert [each["class"] for each in value["returns"]] == [3]
    cloud = exported(sample.project, tmp_path)
    high = np.asarray(cloud.z) > 5
    assert high.sum() == 32 * 32
    assert (cloud["label"][high] == 3).all()
    assert (cloud.classification[high] == 3).all()
    column, row = ((cloud.x - CORNER[0]) // 2).astype(int), ((CORNER[1] - np.asarray(cloud.y)) // 2).astype(int)
    assert (cloud["label"][~high] == MASK[row[~high], column[~high]]).all()


def test_lassos_from_above_go_through_all_heights_and_one_without_a_class_takes_back(
    sample: Sample, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    say(sample, alice, lasso(sample), canopy(sample, **{"class": 0}))
    cloud = exported(sample.project, tmp_path)
    column, row = (cloud.x - CORNER[0]) / 2, (CORNER[1] - np.asarray(cloud.y)) / 2
    inside, high = (column < 8) & (row < 8), np.asarray(cloud.z) > 5
    assert (cloud["label"][inside & ~high] == 2).all()
    assert not (cloud["label"][high] == 2).any()
    assert not (cloud["label"][~inside] == 2).any()


def test_merged_classes_count_as_what_they_became(sample: Sample, alice: AbstractBaseUser, tmp_path: Path) -> None:
    say(sample, alice, lasso(sample))
    merge_class(sample.project, 2, 3)
    labels = exported(Project.objects.get(pk=sample.project_id), tmp_path)["label"]
    assert not (labels == 2).any()
    assert (labels == 3).sum() >= 16 * 16


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"scene": 10**9}, "no point cloud on this tile"),
        ({"scene": "a"}, "no scene"),
        ({"class": 256}, "no class"),
        ({"class": True}, "no class"),
        ({"polygon": [[0, 0], [1, 1]]}, "around nothing"),
        ({"polygon": [[0, 0], [1, 1], [2, 2]]}, "around nothing"),
        ({"polygon": [[0, 0], [1, float("nan")], [2, 0]]}, "no number"),
        ({"polygon": [[0, 0], [1e9, 1], [2, 0]]}, "far beside"),
        ({"polygon": "abc"}, "pairs of numbers"),
        ({"polygon": [[0], [1]]}, "pairs of numbers"),
        ({"line": [[0, 0], [1, 1]]}, "together"),
        ({"line": [[1, 1], [1, 1]], "width": 1, "metres": [1, 1]}, "no line"),
        ({"line": [[0, 0], [1, 1]], "width": 0, "metres": [1, 1]}, "without width"),
        ({"line": [[0, 0], [1, 1]], "width": 1, "metres": [1, -1]}, "without size"),
        ({"line": [[0, 0], [1, 1]], "width": [1], "metres": 7}, "pairs of numbers"),
        ({"keeps": 3}, "no list"),
        ({"keeps": ["a"]}, "no class"),
        ({"colour": "red"}, "needs"),
    ],
)
def test_what_is_no_lasso_is_refused(
    sample: Sample, alice: AbstractBaseUser, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadAnswer, match=words):
        say(sample, alice, lasso(sample, **fields))


@pytest.mark.parametrize("said", ["abc", 7, [7], [None], {"a": 1}])
def test_what_is_no_list_of_lassos_is_refused(sample: Sample, alice: AbstractBaseUser, said: Any) -> None:
    with pytest.raises(BadAnswer):
        factories.say(sample, alice, {**wrapped(MASK), "returns": said})


def test_too_many_and_classes_out_of_use_are_refused(sample: Sample, alice: AbstractBaseUser) -> None:
    with pytest.raises(BadAnswer, match="up to 500"):
        say(sample, alice, *[lasso(sample)] * 501)
    ring = [[np.cos(at / 100), np.sin(at / 100)] for at in range(628)]
    with pytest.raises(BadAnswer, match="20,000 corners"):
        say(sample, alice, *[lasso(sample, polygon=ring)] * 40)
    with pytest.raises(UnknownClass):
        say(sample, alice, lasso(sample, **{"class": 9}))


def test_a_tile_without_a_cloud_takes_none(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = factories.make_project(alice, task="masks")
    scene = factories.make_scene(project, tmp_path)
    sample = project.samples.first()
    assert sample
    with pytest.raises(BadAnswer, match="no point cloud"):
        say(sample, alice, {"scene": scene.pk, "class": 2, "polygon": SQUARE})
    assert "returns" not in say(sample, alice)
