"""Groups of classes: in every export that tells of them, as people list them, and taken over as definitions are."""

import csv
import json
import sqlite3
from collections import Counter

import mlcroissant
import pytest

from annotation.exports import formats_of
from annotation.exports.options import Options
from annotation.exports.snapshot import Snapshot
from annotation.imports import define
from annotation.models.label_classes import in_order
from annotation.projects import change_class
from tests import factories
from tests.annotation.exports.reading import exported, unpacked
from tests.annotation.imports.conftest import looked_at, taken

pytestmark = pytest.mark.django_db
GROUP = "Woods & scrub"


@pytest.fixture
def grouped(project, samples, scene, bob):
    """Return the project with a label, and its third class listed first, both of a group."""
    factories.label(samples[0], bob, 2)
    for code in (2, 3):
        change_class(project, code, group=GROUP)
    project.classes.filter(code=3).update(position=0)
    project.classes.exclude(code=3).update(position=1)
    return project


def test_it_works(grouped, tmp_path):
    for name in formats_of(grouped):
        files = exported(grouped, name, tmp_path, licence="CC0-1.0")
        told = [(each["code"], each.get("group")) for each in json.loads(files["classes.json"])["classes"]]
        assert told == [(1, None), (3, GROUP), (2, GROUP)], name


def test_formats_with_a_table_of_classes_say_it_there(grouped, tmp_path):
    package = sqlite3.connect(unpacked(grouped, "geopackage", tmp_path) / "labels.gpkg")
    assert package.execute('SELECT code, "group" FROM classes').fetchall() == [(1, None), (2, GROUP), (3, GROUP)]
    package.close()
    files = exported(grouped, "csv", tmp_path)
    rows = list(csv.DictReader(files["classes.csv"].decode().splitlines(keepends=True)))
    assert [(row["code"], row["group"]) for row in rows] == [("1", ""), ("3", GROUP), ("2", GROUP)]
    item = json.loads(exported(grouped, "stac", tmp_path)["labels/scene-c0-r0/scene-c0-r0.json"])
    told = item["assets"]["labels"]["classification:classes"]
    assert [(each["value"], each.get("group")) for each in told] == [(1, None), (3, GROUP), (2, GROUP)]
    categories = json.loads(exported(grouped, "coco", tmp_path)["annotations.coco.json"])["categories"]
    assert [each["supercategory"] for each in categories] == ["", GROUP, GROUP]
    described = mlcroissant.Dataset(unpacked(grouped, "croissant", tmp_path) / "croissant.json")
    rows = {row["classes/code"]: row["classes/group"] for row in described.records("classes")}
    assert rows == {1: "", 2: GROUP, 3: GROUP}
    card = json.loads(exported(grouped, "release", tmp_path, licence="CC0-1.0")["datacard.json"])
    assert [each.get("group") for each in card["classes"]] == [None, GROUP, GROUP]


def test_what_a_model_counts_does_not_change_with_the_list(grouped, tmp_path):
    classes = [each.to_dict() for each in in_order(grouped.classes.all())]
    snapshot = Snapshot(grouped, classes, 1, Counter(), tmp_path, Options())
    assert [each["code"] for each in snapshot.used_classes] == [1, 3, 2]
    assert [each["code"] for each in snapshot.indexed_classes] == [1, 2, 3]


def test_classes_without_one_take_it_over_from_an_own_export_once(grouped, alice, tmp_path):
    exported(grouped, "project", tmp_path)
    copy = factories.make_project(alice, name="Copy")
    factories.make_scene(copy, tmp_path, name="scene")
    change_class(copy, 3, group="Mine")
    row = looked_at(copy, alice, tmp_path / "project.zip")
    assert [each.get("group") for each in row.report["classes"]] == [None, GROUP, GROUP]
    taken(row)
    assert list(copy.classes.values_list("group", flat=True)) == ["", GROUP, "Mine"]
    assert [each.get("group") for each in copy.schemas.first().classes] == [None, GROUP, "Mine"]
    schemas = copy.schemas.count()
    define(copy, [{"key": "2", "group": "Other"}], {"2": 2})
    assert copy.classes.get(code=2).group == GROUP and copy.schemas.count() == schemas


def test_no_group_is_taken_over_that_is_one_of_several_classes_made_one(project):
    define(project, [{"key": "a", "group": "Oaks"}, {"key": "b", "group": "Pines"}], {"a": 2, "b": 2})
    assert not project.classes.exclude(group="").exists()
