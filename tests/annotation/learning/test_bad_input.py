"""Refitting on labels and vectors that say little, nothing, or nonsense: a round follows, or plain words."""

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from numpy.typing import NDArray

from annotation.arrays.fits import newest_fit
from annotation.arrays.vectors import Vectors
from annotation.labeling import Answer, claim, submit
from annotation.learning.encoders import open_encoder
from annotation.models import Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.projects import add_class, merge_class
from tests.pools import make_samples, run_jobs

TILES = 40


def fill(project: Project, vectors: NDArray[np.floating] | None = None, *, count: int = TILES) -> list[Sample]:
    """Write samples with vectors, by default of two kinds in turn, without audits."""
    project.audit_share = 0
    project.save()
    encoder = open_encoder(project)
    rng = np.random.default_rng(0)
    if vectors is None:
        vectors = rng.normal(size=(count, encoder.dim)) + 3 * (np.arange(count) % 2)[:, None]
    samples = make_samples(project, count)
    Vectors(project, encoder.digest).write(range(count), vectors.astype(np.float32))
    return samples


def refit(project: Project) -> Job:
    """Refit now."""
    Job.request(project, JobKind.REFIT)
    return run_jobs(project, JobKind.REFIT)[-1]


def say(samples: list[Sample], user: AbstractBaseUser, *codes: int) -> None:
    """Label samples with these codes in turn."""
    for place, sample in enumerate(samples):
        submit(sample, user, Answer(value={"class": codes[place % len(codes)]}))


def test_who_always_presses_1_is_told_to_use_two_classes(project: Project, alice: AbstractBaseUser) -> None:
    say(fill(project)[:25], alice, 1)
    job = refit(project)
    assert job.state == Job.State.DONE
    assert job.message.endswith("covers what there is; label samples of two classes for a first fit.")
    newest = project.rounds.first()
    assert (newest.classes, newest.ranks.count(), newest_fit(project)) == (0, TILES - 25, None)


def test_two_labels_are_enough(project: Project, alice: AbstractBaseUser) -> None:
    say(fill(project)[:2], alice, 1, 2)
    assert refit(project).state == Job.State.DONE
    assert project.rounds.first().classes == 2
    assert np.isfinite(newest_fit(project).values).all()


@pytest.mark.parametrize("strategy", ["auto", "badge", "k_center", "typiclust", "margin_cluster", "rare_class"])
def test_tiles_that_are_all_alike_are_asked_for_anyway(
    project: Project, alice: AbstractBaseUser, strategy: str
) -> None:
    project.strategy = strategy
    samples = fill(project, np.ones((TILES, open_encoder(project).dim)))
    assert refit(project).state == Job.State.DONE
    say(samples[:6], alice, 1, 2)
    job = refit(project)
    assert job.state == Job.State.DONE, job.error
    newest = project.rounds.first()
    assert len(set(newest.ranks.values_list("sample", flat=True))) == TILES - 6
    assert np.isfinite(newest_fit(project).values).all()


def test_contradictory_labels_leave_doubt(project: Project, alice: AbstractBaseUser) -> None:
    dim = open_encoder(project).dim
    samples = fill(project, np.repeat(np.random.default_rng(0).normal(size=(TILES // 2, dim)), 2, axis=0))
    say(samples[:20], alice, 1, 2)
    assert refit(project).state == Job.State.DONE
    assert newest_fit(project).values[:20].max() < 0.9


def test_a_tile_whose_vector_is_not_finite_takes_nothing_from_the_others(
    project: Project, alice: AbstractBaseUser
) -> None:
    vectors = np.random.default_rng(0).normal(size=(TILES, open_encoder(project).dim))
    vectors += 3 * (np.arange(TILES) % 2)[:, None]
    vectors[5], vectors[7, 3] = np.nan, np.inf
    samples = fill(project, vectors)
    say(samples[10:20], alice, 1, 2)
    assert refit(project).state == Job.State.DONE
    best = newest_fit(project).values[20:].argmax(axis=1)
    assert (best == np.arange(20, TILES) % 2).all()


def test_vectors_broken_on_disk_are_told_in_plain_words(project: Project, alice: AbstractBaseUser) -> None:
    samples = fill(project)
    say(samples[:4], alice, 1, 2)
    digest = open_encoder(project).digest
    stored = Vectors(project, digest).read()
    np.memmap(stored.filename, np.float16, "r+", shape=stored.shape)[9] = np.nan
    job = refit(project)
    assert job.state == Job.State.FAILED
    assert "embed these samples again" in job.error


def test_fewer_tiles_than_a_batch(project: Project, alice: AbstractBaseUser) -> None:
    samples = fill(project, count=3)
    assert refit(project).state == Job.State.DONE
    assert project.rounds.first().ranks.count() == 3
    say(samples[:2], alice, 1, 2)
    refit(project)
    assert project.rounds.first().ranks.count() == 1


def test_when_everything_is_labelled_nothing_is_asked(project: Project, alice: AbstractBaseUser) -> None:
    say(fill(project), alice, 1, 2)
    assert refit(project).state == Job.State.DONE
    newest = project.rounds.first()
    assert (newest.candidates, newest.ranks.count(), newest.classes) == (0, 0, 2)
    claimed = claim(project, alice, count=5)
    assert (claimed.queue, claimed.open) == ([], 0)


def test_a_class_added_mid_project_is_learnt_and_a_merged_one_is_not(project: Project, alice: AbstractBaseUser) -> None:
    samples = fill(project)
    say(samples[:6], alice, 1, 2)
    refit(project)
    added = add_class(project, name="Snow")
    assert refit(project).state == Job.State.DONE
    say(samples[6:9], alice, added.code)
    refit(project)
    assert set(newest_fit(project).columns) == {1, 2, added.code}
    merge_class(project, added.code, 2)
    refit(project)
    assert set(newest_fit(project).columns) == {1, 2}


def test_a_strategy_that_lost_what_it_needs_gives_way_to_auto(project: Project, alice: AbstractBaseUser) -> None:
    merge_class(project, 3, 2)
    project.strategy = "change"
    samples = fill(project)
    say(samples[:4], alice, 1, 2)
    refit(project)
    assert project.rounds.first().strategy == "change"
    add_class(project, name="Snow")
    refit(project)
    assert project.rounds.first().strategy == "auto"
