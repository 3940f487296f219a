"""Releases: numbered, never changed, the same bytes for the same content, with card, licence and what changed."""

import json
import zipfile

import pytest

from annotation.errors import BadSettings, JobFailed
from annotation.exports import Options, make, request, run
from annotation.labeling import Answer, retract, submit
from annotation.models import Job, Release
from tests import factories

pytestmark = pytest.mark.django_db
OPEN = Options(licence="CC-BY-4.0", notes="First labels")


@pytest.fixture
def labelled(project, samples, bob, carol):
    """Return the project with four labels, one of an audit."""
    for sample, code in zip(samples, (1, 2, 2), strict=False):
        factories.label(sample, bob, code, seconds=2)
    factories.make_audit(samples[3])
    factories.label(samples[3], carol, 3)
    return project


def released(project, user, options=OPEN):
    """Make a release as a worker does, and return its export."""
    export = request(project, "release", user, options)
    job = Job.objects.get(pk=export.job_id)
    assert job.start()
    job.finish(run(job))
    export.refresh_from_db()
    return export


def read(export, name):
    with zipfile.ZipFile(export.place) as archive:
        return archive.read(name)


def test_it_works(labelled, alice):
    export = released(labelled, alice)
    release = Release.objects.get()
    assert (release.number, release.export, release.licence) == (1, export, "CC-BY-4.0")
    assert release.changes == {"since": None, "added": 4, "removed": 0, "changed": 0}
    card = json.loads(read(export, "datacard.json"))
    assert (card["labels"], card["audits"], card["samples"]) == (4, 1, {"labelled": 4, "unlabelled": 8})
    assert card["area_km2"] == pytest.approx(4 * 0.32**2, rel=2e-3)
    assert card["by_class"]["Forest"] == {"samples": 2, "area_km2": pytest.approx(2 * 0.32**2, rel=2e-3)}
    assert card["people"] == {"bob": {"labels": 3, "seconds": 6}, "carol": {"labels": 1, "seconds": 0}}
    assert "No sample was answered by several people" in " ".join(card["limits"])
    assert read(export, "LICENCE.txt").decode().splitlines()[1].startswith("https://creativecommons.org")
    words = read(export, "DATACARD.md").decode()
    assert "# Lakes, release 1" in words and "| Forest | 2 |" in words and "First labels" in words


def test_made_again_it_is_the_same_byte_for_byte(labelled, alice, tmp_path):
    first = released(labelled, alice)
    again = released(labelled, alice)
    assert first.sha256 == again.sha256
    assert first.place.read_bytes() == again.place.read_bytes()
    assert Release.objects.get().export == first  # no second number for the same content
    make(labelled, "release", tmp_path / "here.zip", options=OPEN)
    assert (tmp_path / "here.zip").read_bytes() == first.place.read_bytes()


def test_the_next_one_says_what_changed(labelled, samples, alice, bob, carol):
    released(labelled, alice)
    factories.label(samples[0], bob, 3)
    retract(samples[1], bob)
    factories.label(samples[5], bob, 1)
    submit(samples[6], bob, Answer(verdict="skip"))
    export = released(labelled, alice, Options(licence="CC-BY-4.0"))
    assert Release.objects.first().changes == {"since": 1, "added": 1, "removed": 1, "changed": 1}
    changes = json.loads(read(export, "changes.json"))
    assert (changes["added"], changes["removed"], changes["changed"]) == (
        ["scene-c1-r1"],
        ["scene-c1-r0"],
        ["scene-c0-r0"],
    )
    assert "Since release 1: 1 added, 1 removed, 1 changed labels." in read(export, "DATACARD.md").decode()


def test_a_release_is_never_changed(labelled, alice):
    released(labelled, alice)
    release = Release.objects.get()
    release.licence = "CC0-1.0"
    with pytest.raises(Exception, match="(?i)duplicate|unique"):
        release.save()


@pytest.mark.parametrize("licence", ["", "  ", "x" * 101, "a\nb"])
def test_a_release_needs_a_licence(labelled, alice, licence):
    with pytest.raises(BadSettings, match="licence"):
        request(labelled, "release", alice, Options(licence=licence))


def test_two_at_once_get_no_number_twice(labelled, samples, alice, bob, monkeypatch):
    from annotation.exports import release

    factories.label(samples[7], bob, 1)
    kept = release.keep

    def after_another(export, path):
        monkeypatch.setattr(release, "keep", kept)
        factories.label(samples[8], bob, 2)
        released(labelled, alice)
        kept(export, path)

    monkeypatch.setattr(release, "keep", after_another)
    with pytest.raises(JobFailed, match="meanwhile"):
        released(labelled, alice)
    assert [each.number for each in Release.objects.all()] == [1]


def test_masks_are_counted_by_area(segmented, alice):
    card = json.loads(read(released(segmented, alice), "datacard.json"))
    assert card["by_class"]["Open water"]["area_km2"] == pytest.approx(256 * 1e-4, rel=2e-3)
    assert card["by_class"]["Forest"]["area_km2"] == pytest.approx(111 * 1e-4, rel=2e-3)
