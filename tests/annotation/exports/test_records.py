"""Records: each sample by the user's own names, with all that was said of it, in every export."""

import json
from datetime import UTC, datetime

import pytest

from annotation.labeling import Answer, retract, submit
from annotation.models import Annotation, Scene
from annotation.projects import add_class, merge_class
from annotation.review import decide
from tests import factories
from tests.annotation.exports.reading import exported, records

pytestmark = pytest.mark.django_db


def told(project, folder, **options):
    return records(exported(project, "geojson", folder, **options))


def test_it_works(project, samples, scene, bob, tmp_path):
    factories.label(samples[5], bob, 2, seconds=3)
    record = told(project, tmp_path)[5]
    assert (record["tile_name"], record["stem"]) == ("scene-c1-r1", "scene-c1-r1")
    assert (record["scene"], record["source"]) == (scene.name, scene.asset.sha256)
    assert (record["sensor"], record["scenes"]) == (scene.sensor["code"], [scene.pk])
    assert (record["status"], record["code"], record["name"], record["author"]) == ("labelled", 2, "Forest", "bob")
    assert (record["seconds"], record["version"], record["schema"], record["audit"]) == (3, 1, 1, False)
    assert record["outline"]["type"] == "Polygon"
    assert "history" not in record  # the answer is all that was ever said


def test_every_sample_is_there_and_each_status_is_told_apart(project, samples, bob, carol, tmp_path):
    factories.label(samples[0], bob, 1)
    submit(samples[1], bob, Answer(verdict="skip", reason="Clouds"))
    submit(samples[2], bob, Answer(verdict="unsure", reason="Shade?"))
    samples[3].state = "empty"
    samples[3].save()
    factories.label(samples[4], bob, 1)
    retract(samples[4], bob)
    project.opinions = 2
    project.save()
    factories.label(samples[5], bob, 1)
    factories.label(samples[5], carol, 2)
    lines = told(project, tmp_path)
    assert [line["status"] for line in lines[:7]] == [
        "labelled", "skipped", "unsure", "no_data", "unlabelled", "disputed", "unlabelled",
    ]  # fmt: skip
    assert len(lines) == 12
    assert [said["reason"] for line in lines[1:3] for said in line["history"]] == ["Clouds", "Shade?"]
    assert [said["verdict"] for said in lines[4]["history"]] == ["label", "retract"]


def test_a_tile_with_none_of_the_tags_is_negative(alice, tmp_path):
    project = factories.make_project(alice, name="Tags", task="tags")
    factories.make_scene(project, tmp_path)
    for sample, tags in zip(project.samples.all(), ([1], []), strict=False):
        factories.say(sample, alice, {"tags": tags})
    assert [line["status"] for line in told(project, tmp_path)[:3]] == ["labelled", "negative", "unlabelled"]


def test_the_history_has_all_versions_of_all_people(project, samples, bob, carol, tmp_path):
    project.opinions = 3
    project.save()
    for person, code in ((bob, 1), (bob, 2), (carol, 2)):
        factories.label(samples[0], person, code)
    factories.label(samples[0], factories.make_user("erin"), 3)
    record = told(project, tmp_path)[0]
    assert [(said["author"], said["version"], said["given_code"], said["current"]) for said in record["history"]] == [
        ("bob", 1, 1, False), ("bob", 2, 2, True), ("carol", 1, 2, True), ("erin", 1, 3, True),
    ]  # fmt: skip
    assert (record["opinions"], record["agreement"]) == (3, pytest.approx(2 / 3, abs=1e-4))
    assert record["soft"] == {"2": pytest.approx(2 / 3, abs=1e-4), "3": pytest.approx(1 / 3, abs=1e-4)}


def test_nothing_is_told_of_an_audit_that_waits_for_a_second_person(project, samples, bob, tmp_path):
    draw = factories.make_audit(samples[0], probability=0.2)
    draw.opinions = 2
    draw.save()
    factories.label(samples[0], bob, 1)
    record = told(project, tmp_path)[0]
    assert (record["status"], record["audit"], record["inclusion_probability"]) == ("unlabelled", True, 0.2)
    assert "history" not in record and "code" not in record


def test_a_label_of_the_model_has_its_confidence_and_who_decided(project, samples, carol, tmp_path):
    said = factories.suggest(factories.make_model_version(project), samples[0], 3, 0.83)
    decide(carol, [said.pk], "accept")
    record = told(project, tmp_path)[0]
    assert (record["confidence"], record["model_version"], record["accepted_by"]) == (0.83, 1, "carol")
    assert (record["review"]["verdict"], record["review"]["by"]) == ("accept", "carol")


def test_pseudonyms_hide_every_name_and_stay_the_same(project, samples, bob, carol, tmp_path):
    factories.label(samples[0], bob, 1)
    factories.label(samples[1], bob, 1)
    said = factories.suggest(factories.make_model_version(project), samples[2], 3)
    decide(carol, [said.pk], "accept")
    for name in ("geojson", "coco"):
        files = exported(project, name, tmp_path, pseudonyms=True)
        for content in files.values():
            assert b"bob" not in content and b"carol" not in content
    first, second, third = records(files)[:3]
    assert first["author"] == second["author"] != third["author"]
    assert first["author"].startswith("person-")
    assert records(exported(project, "geojson", tmp_path, pseudonyms=True))[0]["author"] == first["author"]


def test_after_mergers_of_mergers_every_field_says_the_last_class(project, samples, bob, tmp_path):
    add_class(project, name="Pond")
    add_class(project, name="Puddle")
    factories.label(samples[0], bob, 5)
    merge_class(project, 5, 4)
    merge_class(project, 4, 1)
    files = exported(project, "geojson", tmp_path)
    (feature,) = json.loads(files["labels.geojson"])["features"]
    record = records(files)[0]
    assert (record["code"], record["name"], record["given_code"]) == (1, "Open water", 5)
    assert (feature["properties"]["label"], feature["properties"]["name"]) == (1, "Open water")


def test_scenes_are_described_with_source_sensor_and_time(project, samples, scene, tmp_path):
    scene.acquired, scene.day_only = datetime(2024, 6, 1, 10, 30, tzinfo=UTC), False
    scene.details = {"orbit": "ascending"}
    scene.save()
    files = exported(project, "coco", tmp_path)
    (line,) = [json.loads(line) for line in files["scenes.jsonl"].splitlines()]
    assert (line["scene"], line["name"], line["source"]) == (scene.pk, scene.name, scene.asset.sha256)
    assert line["acquired"] == "2024-06-01T10:30:00+00:00"
    assert [band["name"] for band in line["sensor"]["bands"]] == [band["name"] for band in scene.sensor["bands"]]
    assert (line["width"], line["height"], line["crs"], line["block"]) == (128, 96, "EPSG:32632", [0, 0, 4, 3])
    assert line["details"] == {"orbit": "ascending"}
    assert records(files)[0]["acquired"] == "2024-06-01T10:30:00+00:00"


def test_two_scenes_of_one_name_keep_their_tiles_apart(project, samples, tmp_path):
    (tmp_path / "other").mkdir()
    other = factories.make_scene(project, tmp_path / "other", size=(2, 96, 128), crs="EPSG:32755")
    Scene.objects.filter(pk=other.pk).update(name=samples[0].scenes()[0].name)
    names = [record["stem"] for record in told(project, tmp_path)]
    assert len(set(names)) == len(names) == 24


def test_epochs_are_named_and_tell_their_scenes_alone(project, samples, scene, bob, tmp_path):
    from annotation.models import Epoch

    before = Epoch.objects.create(project=project, name="Before")
    samples[0].epoch = before
    samples[0].save()
    record = told(project, tmp_path)[0]
    assert (record["epoch"], record["epoch_name"]) == (before.pk, "Before")
    assert "scenes" not in record
    before.scenes.add(scene)
    record = told(project, tmp_path)[0]
    assert record["scenes"] == [scene.pk]
    assert record["stem"] == f"scene-c0-r0-{before.pk}"


def test_each_label_has_its_own_line_however_many_there_are(project, bob, tmp_path):
    samples = factories.make_tiles(project, 50, 50)
    factories.label_all(samples, bob)
    lines = told(project, tmp_path)
    assert [line["index"] for line in lines] == list(range(2500))
    assert {line["annotation"] for line in lines} == set(Annotation.objects.values_list("pk", flat=True))
