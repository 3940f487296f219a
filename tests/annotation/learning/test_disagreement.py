"""Modalities that disagree: embedded without each of them, compared at each refit, asked for and listed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from numpy.typing import NDArray
from rest_framework.test import APIClient

from annotation import clock
from annotation.arrays.vectors import Vectors, folder_of
from annotation.arrays.without import newest_apart, vectors_without
from annotation.encoders import forget_vectors
from annotation.errors import BadSettings
from annotation.ingest import correct_sensor
from annotation.learning import helping, together
from annotation.learning.encoders import open_encoder
from annotation.learning.omitted import rows_with
from annotation.learning.replaying import replay
from annotation.models import Job, Part, Project
from annotation.models.jobs import JobKind
from annotation.projects import save_project
from tests import factories
from tests.pools import SIDE, TILES, answer_truly, cover, covered_project, one_of_each, run_jobs
from tests.worlds import shared_world

LIES = range(8, 12)  # tiles where radar shows the other class than the picture


def radar() -> NDArray[np.float32]:
    """Return radar of the north six rows: brighter in the east as the picture, but for a few tiles."""
    bright = np.where(cover() == 2, 0.4, 0.02)[:6]
    for index in LIES:
        bright[divmod(index, TILES)] = 0.42 - bright[divmod(index, TILES)]
    noise = np.random.default_rng(3).gamma(20, 1 / 20, (2, 6 * SIDE, TILES * SIDE))
    return (np.kron(np.stack([bright, bright / 4]), np.ones((1, SIDE, SIDE))) * noise).astype(np.float32)


def build(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return an embedded project of a picture and radar that compares them, labelled but for tiles where radar lies."""
    project = covered_project(owner, folder, audit_share=0)
    correct_sensor(factories.make_scene(project, folder, name="radar", values=radar()), "sentinel1-grd")
    run_jobs(project)
    project.compare_modalities = True
    save_project(project)
    run_jobs(project)
    for sample in [one for one in one_of_each(project) if one.index not in LIES][:30]:
        answer_truly(sample, owner)
    run_jobs(project)
    return project


world, alice, seen = shared_world(build)


@pytest.fixture
def api(alice: AbstractBaseUser) -> APIClient:
    client = APIClient()
    client.force_login(alice)
    return client


def listed(api: APIClient, project: Project, query: str) -> list[dict[str, Any]]:
    answer = api.get(f"/api/projects/{project.pk}/tiles/?{query}").json()
    return [feature["properties"] for feature in answer["features"]]


def test_it_works(seen: Project, api: APIClient) -> None:
    assert seen.scenes.omittable() == ["optical", "sar"]
    apart = newest_apart(seen)
    assert apart.names.tolist() == ["optical", "sar"]
    assert set(apart.among(0.2)[:4].tolist()) == set(LIES)
    assert np.isnan(apart.levels[48:]).all()  # radar does not reach so far: nothing can be left out
    tiles = listed(api, seen, "disagree=0.2")
    assert set(LIES) <= {tile["index"] for tile in tiles}
    lying = next(tile for tile in tiles if tile["index"] == LIES[0])
    assert lying["apart"]["level"] >= 0.2
    assert lying["apart"]["without"] in ("optical", "sar")


def test_the_strategy_asks_for_them_and_says_which_sensor_says_what(seen: Project) -> None:
    seen.strategy = "modality_disagreement"
    save_project(seen)
    Job.request(seen, JobKind.REFIT)
    run_jobs(seen)
    newest = seen.rounds.first()
    assert newest.strategy == "modality_disagreement"
    ranks = list(newest.ranks.order_by("position").select_related("sample"))
    assert {rank.sample.index for rank in ranks[:5]} & set(LIES)
    lying = next(rank for rank in ranks if rank.sample.index in LIES)
    assert " without " in lying.reason
    (again,) = replay(seen, newest.number)
    assert again.same, again.differences


def test_vectors_without_are_in_the_scale_of_the_usual_ones(seen: Project) -> None:
    usual = Vectors(seen, open_encoder(seen).digest)
    kept = vectors_without(seen, usual.digest)
    assert sorted(kept) == ["optical", "sar"]
    for vectors in kept.values():
        assert np.flatnonzero(vectors.present).tolist() == list(range(48))
        assert vectors._scaling() == usual._scaling()
        assert not np.array_equal(vectors.read()[:48], usual.read()[:48])


def test_workers_at_once_leave_the_same_out(seen: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = open_encoder(seen).digest
    vectors = vectors_without(seen, digest)["sar"]
    alone = np.array(vectors.read())
    vectors.forget(range(48))
    monkeypatch.setattr(together, "PART_TILES", 10)
    part = Part.objects.create(project=seen, encoder=vectors.digest, rows=list(range(10)))
    Job.request(seen, JobKind.EMBED)
    helper = Job.objects.create(
        project=seen,
        kind=JobKind.PART,
        params={"key": seen.encoder, "encoder": vectors.digest, "without": "sar"},
        state=Job.State.RUNNING,
        started_at=clock.now(),
        heartbeat_at=clock.now(),
    )
    assert helping.help_out(helper) == "Embedded 10 tiles."
    assert Part.objects.get(pk=part.pk).state == Part.State.DONE
    helper.delete()
    run_jobs(seen, JobKind.EMBED)
    assert vectors.present[:48].all()
    np.testing.assert_allclose(vectors.read()[:48], alone[:48], atol=2e-3)


def test_a_project_that_does_not_ask_has_none(seen: Project, api: APIClient) -> None:
    seen.compare_modalities = False
    save_project(seen)
    Job.request(seen, JobKind.REFIT)
    run_jobs(seen)
    assert newest_apart(seen) is None
    assert not (folder_of(seen) / "fits" / str(seen.rounds.first().number) / "apart.npz").exists()
    assert listed(api, seen, "disagree=0") == []
    assert {tile["apart"] for tile in listed(api, seen, "")} == {None}


def test_an_audit_that_waits_is_neither_listed_nor_told_of(seen: Project, api: APIClient) -> None:
    factories.make_audit(seen.samples.get(index=LIES[0]))
    assert LIES[0] not in {tile["index"] for tile in listed(api, seen, "disagree=0.1")}
    assert next(tile for tile in listed(api, seen, "") if tile["index"] == LIES[0])["apart"] is None


def test_before_anything_is_compared_the_strategy_is_automatic(seen: Project) -> None:
    for vectors in vectors_without(seen, open_encoder(seen).digest).values():
        vectors.delete()
    seen.strategy = "modality_disagreement"
    save_project(seen)
    Job.request(seen, JobKind.REFIT)
    run_jobs(seen, JobKind.REFIT)
    assert seen.rounds.first().strategy == "auto"


def test_they_stay_as_long_as_the_usual_vectors_do(seen: Project) -> None:
    digest = open_encoder(seen).digest
    assert forget_vectors(seen, keep=[digest]) == 0
    assert len(vectors_without(seen, digest)) == 2
    assert forget_vectors(seen, keep=["f" * 64]) == 3


def test_the_strategy_switches_the_comparison_on(seen: Project) -> None:
    seen.compare_modalities = False
    save_project(seen)
    seen.strategy = "modality_disagreement"
    save_project(seen)
    assert Project.objects.get(pk=seen.pk).compare_modalities
    assert Job.objects.filter(project=seen, kind=JobKind.EMBED, state=Job.State.QUEUED).exists()


def test_other_kinds_and_single_sensors_are_refused_in_words(alice: AbstractBaseUser, tmp_path: Path) -> None:
    masks = factories.make_project(alice, task="masks")
    masks.compare_modalities = True
    with pytest.raises(BadSettings, match="one class a tile"):
        save_project(masks)
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path)
    project.strategy = "modality_disagreement"
    with pytest.raises(BadSettings, match="imagery of two modalities or sensors"):
        save_project(project)


def test_sensors_of_one_modality_are_told_apart(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path)
    correct_sensor(factories.make_scene(project, tmp_path, name="other", size=(4, 96, 128)), "naip")
    assert project.scenes.omittable() == ["naip", "rgb"]
    Job.request(project, JobKind.EMBED)
    run_jobs(project)
    assert rows_with(project, "naip").tolist() == list(range(12))
    assert rows_with(project, "optical").tolist() == []
