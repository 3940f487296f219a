"""What the model would say without a modality or sensor."""

import base64
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from rest_framework.test import APIClient

from annotation.arrays.vectors import Vectors
from annotation.chips import load_samples
from annotation.explaining.without import SeenVectors, compare
from annotation.ingest import correct_sensor
from annotation.learning.encoders import open_encoder
from annotation.learning.omitted import leave_out
from annotation.models import Job, Project, Sample
from annotation.models.jobs import JobKind
from mlcore.raster.write import encode_mask_png
from tests import factories
from tests.pools import run_jobs
from tests.rasters import ramp
from tests.worlds import shared_world
from webapp import tasks


def build_scenes(project: Project, folder: Path) -> Project:
    """Return a project with a picture and heights, embedded."""
    factories.make_scene(project, folder)
    heights = np.linspace(0, 90, 96 * 128, dtype=np.float32).reshape(1, 96, 128)
    correct_sensor(factories.make_scene(project, folder, name="dem", values=heights), "elevation")
    run_jobs(project)
    return project


def build(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a project of pictures and heights with a published model."""
    project = build_scenes(factories.make_project(owner, audit_share=0), folder)
    for number, sample in enumerate(project.samples.all()[:8]):
        factories.label(sample, owner, 1 + number % 2)
    Job.request(project, JobKind.PUBLISH)
    run_jobs(project)
    return project


world, alice, seen = shared_world(build)


@pytest.fixture
def sample(seen: Project) -> Sample:
    cache.clear()
    return seen.samples.order_by("index").last()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """Return what workers are asked, instead of asking any."""
    sent: list[tuple[int, str]] = []
    monkeypatch.setattr(tasks, "reachable", lambda: True)
    monkeypatch.setattr(tasks.compare_without, "apply_async", lambda args, **_: sent.append(args))
    return sent


def get(user: AbstractBaseUser, sample: Sample, modality: str):
    client = APIClient()
    client.force_login(user)
    return client.get(f"/api/projects/{sample.project_id}/samples/{sample.pk}/without/", {"modality": modality})


def test_it_works(alice: AbstractBaseUser, sample: Sample, asked: list[tuple[int, str]]) -> None:
    for _ in range(2):  # the second one joins the first
        waiting = get(alice, sample, "elevation")
        assert (waiting.status_code, waiting.json()) == (202, {"state": "waiting"})
    assert asked == [(sample.pk, "elevation")]
    tasks.compare_without(*asked[0])
    told = get(alice, sample, "elevation").json()
    assert (told["state"], told["modality"], told["model_version"]) == ("ready", "elevation", 1)
    assert {told["with"]["text"], told["without"]["text"]} <= {"Open water", "Forest"}
    assert 0 < told["without"]["confidence"] <= 1
    assert told["difference"] in (0, 1)
    suggested = sample.suggestions.get()
    assert told["with"]["label"] == suggested.label.code
    assert told["with"]["confidence"] == pytest.approx(suggested.confidence, abs=0.02)
    assert len(asked) == 1


def test_a_sensor_can_be_left_out_by_its_code(sample: Sample) -> None:
    _, whole = next(load_samples(sample.project, Sample.objects.filter(pk=sample.pk)))
    assert [chip.sensor.code for chip in leave_out(whole, "rgb").chips] == ["elevation"]
    assert [chip.sensor.code for chip in leave_out(whole, "elevation").chips] == ["rgb"]
    compare(sample.pk, "rgb")


def test_what_is_looked_at_now_is_scaled_as_what_is_kept(sample: Sample) -> None:
    project = sample.project
    encoder = open_encoder(project)
    _, whole = next(load_samples(project, Sample.objects.filter(pk=sample.pk)))
    now = SeenVectors(project, encoder, [whole]).read()[0]
    np.testing.assert_allclose(now, Vectors(project, encoder.digest).read()[sample.index], atol=0.02)


@pytest.mark.parametrize(
    ("modality", "why"), [("sar", "there are elevation, optical, rgb"), ("", "no modality or sensor ''")]
)
def test_what_is_not_there_cannot_be_left_out(alice: AbstractBaseUser, sample: Sample, modality: str, why: str) -> None:
    answer = get(alice, sample, modality)
    assert (answer.status_code, why in answer.json()["error"]["message"]) == (400, True)


def test_an_audit_that_waits_is_shown_nothing(
    alice: AbstractBaseUser, sample: Sample, asked: list[tuple[int, str]]
) -> None:
    compare(sample.pk, "elevation")
    factories.make_audit(sample)
    answer = get(alice, sample, "elevation")
    assert (answer.status_code, asked) == (403, [])
    cache.clear()
    compare(sample.pk, "elevation")
    assert get(alice, sample, "elevation").status_code == 403


def test_nothing_is_left_without_the_only_sensor(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path, values=ramp(3, 96, 128))
    answer = get(alice, project.samples.first(), "optical")
    assert (answer.status_code, "nothing is left" in answer.json()["error"]["message"]) == (400, True)


def test_masks_are_compared_by_their_shares(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = build_scenes(factories.make_project(alice, task="masks", audit_share=0), tmp_path)
    halves = np.ones((32, 32), np.uint8)
    halves[16:] = 2
    for sample in project.samples.all()[:4]:
        factories.say(sample, alice, {"mask": base64.b64encode(encode_mask_png(halves)).decode()})
    Job.request(project, JobKind.PUBLISH)
    run_jobs(project)
    sample = project.samples.order_by("index").last()
    compare(sample.pk, "elevation")
    told = get(alice, sample, "elevation").json()
    assert told["state"] == "ready"
    assert "%" in told["with"]["text"]
    assert "%" in told["without"]["text"]
    assert 0 <= told["difference"] <= 1


def test_without_a_published_model_nothing_is_said(alice: AbstractBaseUser, sample: Sample) -> None:
    sample.project.model_versions.update(state="archived")
    assert get(alice, sample, "elevation").status_code == 409
