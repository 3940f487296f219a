"""Definitions of classes: in every export that tells of classes, and taken over by projects that have none."""

import csv
import json
import sqlite3

import mlcroissant
import pytest

from annotation.exports import formats_of
from annotation.imports import define
from annotation.projects import change_class, merge_class
from tests import factories
from tests.annotation.exports.reading import exported, unpacked
from tests.annotation.imports.conftest import looked_at, taken

pytestmark = pytest.mark.django_db
MEANT = "Trees above 5 m,\ncover > 30 % & <no> orchards"


@pytest.fixture
def defined(project, samples, scene, bob):
    """Return the project with a label and a class that is defined."""
    factories.label(samples[0], bob, 2)
    change_class(project, 2, definition=MEANT)
    return project


def test_it_works(defined, tmp_path):
    for name in formats_of(defined):
        files = exported(defined, name, tmp_path, licence="CC0-1.0")
        told = {each["code"]: each.get("definition") for each in json.loads(files["classes.json"])["classes"]}
        assert told == {1: None, 2: MEANT, 3: None}, name


def test_formats_with_a_table_of_classes_say_it_there(defined, tmp_path):
    package = sqlite3.connect(unpacked(defined, "geopackage", tmp_path) / "labels.gpkg")
    assert package.execute("SELECT code, definition FROM classes").fetchall() == [(1, None), (2, MEANT), (3, None)]
    package.close()
    files = exported(defined, "csv", tmp_path)
    rows = list(csv.DictReader(files["classes.csv"].decode().splitlines(keepends=True)))
    assert [row["definition"] for row in rows] == ["", MEANT, ""]
    item = json.loads(exported(defined, "stac", tmp_path)["labels/scene-c0-r0/scene-c0-r0.json"])
    assert item["assets"]["labels"]["classification:classes"][1]["description"] == MEANT
    categories = json.loads(exported(defined, "coco", tmp_path)["annotations.coco.json"])["categories"]
    assert [each.get("definition") for each in categories] == [None, MEANT, None]
    described = mlcroissant.Dataset(unpacked(defined, "croissant", tmp_path) / "croissant.json")
    told = {row["classes/code"]: row["classes/definition"] for row in described.records("classes")}
    assert told == {1: "", 2: MEANT, 3: ""}


def test_the_data_card_says_it_and_nothing_in_it_is_markup(defined, tmp_path):
    files = exported(defined, "release", tmp_path, licence="CC0-1.0")
    assert json.loads(files["datacard.json"])["classes"][1]["definition"] == MEANT
    assert r"- **Forest**: Trees above 5 m, cover \> 30 % & \<no\> orchards" in files["DATACARD.md"].decode()


def test_classes_without_one_take_it_over_from_an_own_export_once(defined, alice, tmp_path):
    exported(defined, "project", tmp_path)
    copy = factories.make_project(alice, name="Copy")
    factories.make_scene(copy, tmp_path, name="scene")
    row = looked_at(copy, alice, tmp_path / "project.zip")
    assert [each.get("definition") for each in row.report["classes"]] == [None, MEANT, None]
    taken(row)
    assert list(copy.classes.values_list("definition", flat=True)) == ["", MEANT, ""]
    assert copy.schemas.first().classes[1]["definition"] == MEANT
    schemas = copy.schemas.count()
    define(copy, [{"key": "2", "definition": "Other words"}], {"2": 2})
    assert copy.classes.get(code=2).definition == MEANT and copy.schemas.count() == schemas


def test_no_definition_is_taken_over_that_is_one_of_several_classes_made_one(project):
    theirs = [{"key": "a", "definition": "Oaks"}, {"key": "b", "definition": "Pines"}]
    define(project, theirs, {"a": 2, "b": 2})
    assert not project.classes.exclude(definition="").exists()


def test_a_merged_class_keeps_its_own(defined, tmp_path):
    merge_class(defined, 2, 3)
    told = json.loads(exported(defined, "project", tmp_path)["classes.json"])["classes"]
    assert [(each["code"], each.get("definition"), each["merged_into"]) for each in told][1] == (2, MEANT, 3)
