"""Change between two epochs, from labels to suggestions: the model sees both dates, and which came first."""

import numpy as np
import pytest

from annotation.arrays.vectors import Vectors
from annotation.chips import load_samples
from annotation.epochs import set_scope
from annotation.errors import BadSettings, JobFailed
from annotation.improving.requests import overview, request_training
from annotation.learning.encoders import open_encoder, open_tunable
from annotation.models import Epoch, Project, Suggestion
from annotation.models.jobs import JobKind
from annotation.models.projects import Scope
from annotation.projects import retire_class, save_project
from mlcore.encoders.pair import PairEncoder, dates
from tests.changes import BUILT, NO_CHANGE, TILES, answer_change, pair_project, some_of_each, true_change
from tests.pools import run_jobs

pytestmark = pytest.mark.django_db


def learnt(project: Project, user, count: int = 4) -> Project:
    """Label a few tiles of each class, and let the model speak of the others."""
    for sample in some_of_each(project, count):
        answer_change(sample, user)
    run_jobs(project)
    return project


def test_it_works(alice, tmp_path) -> None:
    project = learnt(pair_project(alice, tmp_path), alice)
    suggestions = Suggestion.objects.filter(sample__project=project).select_related("sample__tile", "label")
    right = [one.label.code == true_change(one.sample) for one in suggestions]
    assert len(right) == TILES**2 - 12 - project.samples.filter(audit__isnull=False).count()
    assert np.mean(right) > 0.9


def test_masks_learn_from_the_maps_of_both_dates(alice, tmp_path) -> None:
    project = learnt(pair_project(alice, tmp_path, task="masks"), alice)
    suggestions = Suggestion.objects.filter(sample__project=project).select_related("sample__tile", "label")
    right = [one.label.code == true_change(one.sample) for one in suggestions]
    assert right and np.mean(right) > 0.9


def test_chips_tell_which_date_they_show(alice, tmp_path) -> None:
    project = pair_project(alice, tmp_path)
    _, seen = next(load_samples(project, project.samples.all()))
    earlier, later = dates(seen)
    assert [len(part.chips) for part in (earlier, later)] == [1, 1]
    assert (str(earlier.acquired), str(later.acquired)) == ("2000-03-17", "2003-02-06")


def test_pairs_the_other_way_round_see_the_other_date_first(alice, tmp_path) -> None:
    project = pair_project(alice, tmp_path)
    first, second = Epoch.objects.filter(project=project)
    set_scope(project, Scope.PAIR, [(second.pk, first.pk)])
    _, seen = next(load_samples(project, project.samples.all()))
    assert [str(part.acquired) for part in dates(seen)] == ["2003-02-06", "2000-03-17"]


def test_a_scene_of_both_epochs_is_shown_at_both_dates(alice, tmp_path) -> None:
    project = pair_project(alice, tmp_path)
    first, second = Epoch.objects.filter(project=project)
    second.scenes.add(*first.scenes.all())
    _, seen = next(load_samples(project, project.samples.all()))
    assert [len(part.chips) for part in dates(seen)] == [1, 2]


def test_vectors_of_the_place_are_not_taken_for_those_of_a_pair(alice, tmp_path) -> None:
    project = pair_project(alice, tmp_path)
    run_jobs(project, JobKind.EMBED)
    paired = open_encoder(project)
    assert isinstance(paired, PairEncoder) and Vectors(project, paired.digest).read().shape[1] == paired.dim
    set_scope(project, Scope.PLACE)
    run_jobs(project, JobKind.EMBED)
    project.refresh_from_db()
    alone = open_encoder(project)
    assert Vectors(project, alone.digest).read().shape == (TILES**2, alone.dim) and alone.dim < paired.dim


def test_encoders_are_not_trained_on_two_dates_at_once_and_it_is_said(alice, tmp_path) -> None:
    project = pair_project(alice, tmp_path)
    for kind in (JobKind.FINETUNE, JobKind.PRETRAIN):
        with pytest.raises(BadSettings, match="labels here compare two epochs"):
            request_training(project, kind, alice)
    with pytest.raises(JobFailed, match="labels here compare two epochs"):
        open_tunable(project)
    assert overview(project)["encoder"]["tunable"] is False
    assert request_training(project, JobKind.SELECT, alice).kind == JobKind.SELECT


@pytest.mark.parametrize("task", ["classes", "masks"])
def test_change_is_asked_for_first_by_the_strategy_of_that_name(alice, tmp_path, task) -> None:
    project = pair_project(alice, tmp_path, task=task, audit_share=0.0)
    project.strategy, project.spacing, project.region_share = "change", 0, 1.0
    save_project(project)
    learnt(project, alice, count=2)
    newest = project.rounds.first()
    assert newest.strategy == "change"
    first = [true_change(rank.sample) for rank in newest.ranks.select_related("sample__tile").order_by("position")[:5]]
    assert NO_CHANGE not in first
    place = project.rounds.first().ranks.order_by("position").first()
    assert "likely change" in place.reason


def test_the_first_class_in_use_says_that_nothing_changed(alice, tmp_path) -> None:
    project = pair_project(alice, tmp_path)
    assert project.no_change == NO_CHANGE
    retire_class(project, NO_CHANGE)
    assert project.no_change == BUILT
    set_scope(project, Scope.PLACE)
    assert project.no_change is None
