"""Spectra of the classes so far: from labels that everybody in the project may read, and from nothing else."""

import base64
from collections.abc import Sequence

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.cursor import spectra, spectra_so_far
from annotation.cursor.portrait import Portrait, Portraits
from annotation.ingest import FileResult, Wishes, ingest_files
from annotation.labeling import Answer, submit
from annotation.models import Annotation, Project, Sample
from mlcore.raster.write import encode_mask_png
from tests import factories
from tests.rasters import ramp, real_file

pytestmark = pytest.mark.django_db


def told(project: Project) -> dict[int, int]:
    """Return how many labels each class is told by."""
    return {each["code"]: each["count"] for each in spectra_so_far(project)["classes"]}


def test_it_works(project: Project, samples: Sequence[Sample], bob: AbstractBaseUser) -> None:
    factories.label(samples[5], bob, 2)
    (forest,) = spectra_so_far(project)["classes"]
    expected = ramp(3, 96, 128)[:, 32:64, 32:64].reshape(3, -1).astype(float)
    np.testing.assert_allclose(forest["mean"], expected.mean(1), rtol=1e-5)
    np.testing.assert_allclose(forest["spread"], expected.std(1), rtol=1e-5)


def test_an_audit_that_waits_for_a_second_opinion_tells_nothing(
    project: Project, samples: Sequence[Sample], bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    audit = factories.make_audit(samples[0])
    audit.opinions = 2
    audit.save()
    factories.label(samples[0], bob, 1)
    assert told(project) == {}
    factories.label(samples[0], carol, 1)
    assert told(project) == {1: 1}


def test_a_label_that_nobody_looked_at_tells_nothing(
    project: Project, samples: Sequence[Sample], bob: AbstractBaseUser
) -> None:
    factories.label(samples[0], bob, 1)
    Annotation.objects.update(provenance=Annotation.Provenance.PROMISED)
    assert told(project) == {}


def test_what_is_taken_back_or_changed_is_forgotten(
    project: Project, samples: Sequence[Sample], bob: AbstractBaseUser
) -> None:
    factories.label(samples[0], bob, 1)
    factories.label(samples[1], bob, 1)
    assert told(project) == {1: 2}
    factories.label(samples[1], bob, 2)
    assert told(project) == {1: 1, 2: 1}
    submit(samples[0], bob, Answer(verdict=Annotation.Verdict.RETRACT))
    assert told(project) == {2: 1}


def test_a_merged_class_counts_as_what_it_became(
    project: Project, samples: Sequence[Sample], bob: AbstractBaseUser
) -> None:
    factories.label(samples[0], bob, 1)
    factories.label(samples[1], bob, 2)
    assert told(project) == {1: 1, 2: 1}
    one, two = project.classes.filter(code__in=(1, 2)).order_by("code")
    two.merged_into, two.retired = one, True
    two.save()
    assert told(project) == {1: 2}


def test_of_a_mask_the_painted_pixels_count(alice: AbstractBaseUser, tmp_path, bob: AbstractBaseUser) -> None:
    project = factories.make_project(alice, task="masks")
    factories.make_scene(project, tmp_path)
    sample = project.samples.get(tile__column=1, tile__row=0)
    mask = np.zeros((32, 32), np.uint8)
    mask[:4, :8], mask[10:12] = 1, 3
    factories.say(sample, alice, {"mask": base64.b64encode(encode_mask_png(mask)).decode()})
    classes = {each["code"]: each for each in spectra_so_far(project)["classes"]}
    assert {code: each["pixels"] for code, each in classes.items()} == {1: 32, 3: 64}
    pixels = ramp(3, 96, 128)[:, :32, 32:64]
    np.testing.assert_allclose(classes[1]["mean"], pixels[:, mask == 1].mean(1), rtol=1e-5)
    np.testing.assert_allclose(classes[3]["spread"], pixels[:, mask == 3].std(1), rtol=1e-5)


def test_each_request_gets_further_and_reads_nothing_twice(
    project: Project, samples: Sequence[Sample], bob: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sample in samples[:3]:
        factories.label(sample, bob, 1)
    read = []
    once = spectra.portraits_of
    monkeypatch.setattr(spectra, "portraits_of", lambda sample, sensor: read.append(sample.pk) or once(sample, sensor))
    complete = [spectra_so_far(project, seconds=0)["complete"] for _ in range(2)]
    assert complete == [False, False]
    assert spectra_so_far(project)["complete"]
    assert sorted(read) == [sample.pk for sample in samples[:3]]
    spectra_so_far(project)
    assert len(read) == 3


def test_portraits_are_kept_as_they_are() -> None:
    pixels = np.array([[1, 2, 3, 4], [0, 0, 0, 0]], np.float32)
    portrait = Portrait.of(pixels)
    again = Portraits.from_json(Portraits({7: portrait}).to_json()).by_class[7]
    assert (again.pixels, again.mean[0], again.variance[0]) == (4, 2.5, 1.25)
    assert np.isnan(again.mean[1])  # a dead band
    both = Portrait.together([again, Portrait.of(np.array([[10.0], [6.0]], np.float32))])
    np.testing.assert_allclose(both.mean, [4.0, 6.0])
    np.testing.assert_allclose(both.variance, [np.var([1, 2, 3, 4, 10]), 0])


def test_a_spectrometer_s_classes_are_told_band_by_band(project: Project, bob: AbstractBaseUser, tmp_path) -> None:
    path = real_file("neon_trees/SJER_JERC/SJER_052_hyperspectral.tif")
    result: FileResult
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status == "accepted", result.message
    factories.label(project.samples.first(), bob, 1)
    spectra_ = spectra_so_far(project)
    assert len(spectra_["bands"]) == len(spectra_["classes"][0]["mean"]) == 426
    assert spectra_["classes"][0]["pixels"] == 32 * 32
