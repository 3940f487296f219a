"""Exports: what every format has, and that the bytes follow from the labels alone."""

import hashlib
import json
import zipfile

import pytest

from annotation.errors import NotFound
from annotation.exports import FORMATS, Options, make, request, run
from annotation.models import Acceptance, Export, Job
from annotation.projects import add_class, change_class, merge_class
from annotation.promises.acceptance import write
from annotation.tasks import get_task
from mlcore.errors import UnknownName
from tests import factories
from tests.promised import promise

pytestmark = pytest.mark.django_db
OF_THEIR_OWN = {"embeddings", "laz"}  # made of vectors and of clouds, tested elsewhere
HERE = [name for name in FORMATS if name in get_task("classes").formats - OF_THEIR_OWN]


@pytest.fixture
def labelled(project, samples, bob, carol):
    """Return the project with three labels, one of them on an audit, and one accepted from the model."""
    factories.label(samples[0], bob, 1, seconds=2.5)
    factories.make_audit(samples[1], probability=0.25)
    factories.label(samples[1], bob, 2)
    said = factories.suggest(factories.make_model_version(project), samples[2], 3)
    from annotation.review import decide

    decide(carol, [said.pk], "accept")
    return project


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told_of(path):
    """Return the records of the samples with a label that counts."""
    records = [json.loads(line) for line in unpacked(path)["samples.jsonl"].splitlines()]
    return [record for record in records if record["status"] in ("labelled", "negative")]


def test_it_works(labelled, alice, data_dir):
    export = request(labelled, "geojson", alice)
    job = Job.objects.get(pk=export.job_id)
    assert job.start()
    assert "3 labels" in run(job)
    export.refresh_from_db()
    assert export.annotations == 3
    assert export.sha256 == hashlib.sha256(export.place.read_bytes()).hexdigest()
    assert export.size == export.place.stat().st_size
    assert list((data_dir / "exports" / str(labelled.pk)).iterdir()) == [export.place]


@pytest.mark.parametrize("name", HERE)
def test_checksums_hold_and_classes_are_told(labelled, tmp_path, name):
    make(labelled, name, tmp_path / "out.zip")
    files = unpacked(tmp_path / "out.zip")
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert {path: hashlib.sha256(content).hexdigest() for path, content in files.items()} == sums
    classes = json.loads(files["classes.json"])
    assert [item["name"] for item in classes["classes"]] == list(factories.CLASSES)
    assert classes["schema"] == 1
    assert f"format {name}, 3 labels" in files["README.txt"].decode()


def test_provenance_says_who_or_what_made_a_label(labelled, tmp_path):
    make(labelled, "coco", tmp_path / "out.zip")
    human, audit, model = told_of(tmp_path / "out.zip")
    assert (human["name"], human["author"], human["provenance"], human["seconds"]) == (
        "Open water",
        "bob",
        "human",
        2.5,
    )
    assert human["audit"] is False
    assert (audit["audit"], audit["inclusion_probability"]) == (True, 0.25)
    assert (model["provenance"], model["model_version"], model["accepted_by"]) == ("model_accepted", 1, "carol")


def test_a_label_accepted_by_promise_says_what_was_promised(project, samples, bob, carol, tmp_path):
    promise(project)
    version = factories.make_model_version(project)
    for sample in samples[:4]:
        factories.suggest(version, sample, 2, 0.9)
    acceptance = Acceptance.objects.create(
        project=project, model_version=version, kind="average", bound=0.05, threshold=0.87, expected_errors=0.1,
        limit=0.04, audits=60, accepted_by=carol,
    )  # fmt: skip
    assert write(acceptance) == 4
    make(project, "geojson", tmp_path / "out.zip")
    files = unpacked(tmp_path / "out.zip")
    label = told_of(tmp_path / "out.zip")[0]
    assert (label["provenance"], label["accepted_by"], label["acceptance"]) == ("promised", "carol", acceptance.pk)
    assert (label["promised_kind"], label["promised_bound"], label["threshold"]) == ("average", 0.05, 0.87)
    assert json.loads(files["labels.geojson"])["features"][0]["properties"]["acceptance"] == acceptance.pk
    assert "nobody looked at" in files["README.txt"].decode()


@pytest.mark.parametrize("name", HERE)
def test_the_same_labels_give_the_same_bytes(labelled, tmp_path, name):
    first = make(labelled, name, tmp_path / "first.zip", options=Options(images=True))
    second = make(labelled, name, tmp_path / "second.zip", options=Options(images=True))
    assert first == second
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_another_label_gives_other_bytes(labelled, samples, bob, tmp_path):
    first = make(labelled, "geojson", tmp_path / "first.zip")
    factories.label(samples[5], bob, 1)
    assert make(labelled, "geojson", tmp_path / "second.zip")[1] != first[1]


def test_only_the_label_that_counts_is_exported(labelled, samples, bob, tmp_path):
    factories.label(samples[0], bob, 3)
    make(labelled, "geojson", tmp_path / "out.zip")
    labels = told_of(tmp_path / "out.zip")
    assert [(label["name"], label["version"]) for label in labels][0] == ("Bare rock", 2)
    assert len(labels) == 3


def test_a_merged_class_counts_as_the_other(labelled, samples, bob, tmp_path):
    add_class(labelled, name="Pond")
    factories.label(samples[7], bob, 4)
    merge_class(labelled, 4, 1)
    make(labelled, "geojson", tmp_path / "out.zip")
    last = told_of(tmp_path / "out.zip")[-1]
    assert (last["code"], last["name"], last["given_code"]) == (1, "Open water", 4)


def test_a_project_without_labels_gives_an_empty_set(project, scene, tmp_path):
    for name in HERE:
        assert make(project, name, tmp_path / f"{name}.zip")[2] == 0


def test_pictures_come_when_asked_for(labelled, tmp_path):
    make(labelled, "coco", tmp_path / "out.zip", options=Options(images=True))
    files = unpacked(tmp_path / "out.zip")
    told = json.loads(files["annotations.coco.json"])
    assert all(files[image["file_name"]].startswith(b"\x89PNG") for image in told["images"])


def test_an_unknown_format_lists_the_known(project, alice):
    with pytest.raises(UnknownName, match="coco, .*geojson, .*masks"):
        request(project, "shapefile", alice)
    assert not Export.objects.exists()
    assert not Job.objects.filter(kind="export").exists()


def test_a_failed_export_leaves_nothing(labelled, samples, tmp_path):
    from annotation.models import Annotation

    labelled.task = "masks"
    labelled.save()
    lost = {"mask": "f" * 64, "pixels": {"1": 4}}
    Annotation.objects.filter(sample=samples[0]).update(mask="f" * 64, value=lost)
    with pytest.raises(NotFound, match="missing from the data folder"):
        make(labelled, "masks", tmp_path / "out" / "out.zip")
    assert list((tmp_path / "out").iterdir()) == []


def test_class_names_with_odd_characters_stay_text(labelled, tmp_path):
    change_class(labelled, 1, name='=cmd|"x"!A1')
    make(labelled, "geojson", tmp_path / "out.zip")
    told = json.loads(unpacked(tmp_path / "out.zip")["labels.geojson"])
    assert told["features"][0]["properties"]["name"] == '=cmd|"x"!A1'
