"""Replaying: stored rounds ask for the same again, unless their history was changed."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation.arrays.vectors import Vectors, folder_of
from annotation.labeling import Answer, submit
from annotation.learning.history import read
from annotation.learning.replaying import replay
from annotation.models import Annotation, Job, LabelClass, Project, Round
from annotation.models.jobs import JobKind
from annotation.projects import merge_class
from annotation.pruning import prune
from tests.pools import add_scene, answer_truly, covered_project, run_jobs, take, true_class
from tests.worlds import shared_world


def worked(owner: AbstractBaseUser, folder: Path, *, labels: int = 17, **fields: object) -> Project:
    """Return a project that somebody worked on, with its rounds; one tile more is on show in the last ones."""
    project = covered_project(owner, folder, **fields)
    run_jobs(project)
    for _ in range(labels):
        answer_truly(take(project, owner).sample, owner)
        run_jobs(project, JobKind.REFIT)
    take(project, owner)
    Job.request(project, JobKind.REFIT)
    run_jobs(project, JobKind.REFIT)
    return project


world, alice, project = shared_world(worked)


def test_it_works(project: Project) -> None:
    rounds = list(replay(project))
    assert len(rounds) == project.rounds.count() >= 4
    assert [(one.same, one.differences) for one in rounds] == [(True, ())] * len(rounds)
    assert rounds[-1].picks > 30
    assert len(read(project.rounds.first()).on_show) == 1


@pytest.mark.parametrize("strategy", ["badge", "rare_class", "typiclust", "random", "unsure"])
def test_every_kind_of_strategy_is_replayed(alice: AbstractBaseUser, tmp_path: Path, strategy: str) -> None:
    project = worked(alice, tmp_path, labels=8, strategy=strategy)
    assert all(one.same for one in replay(project))
    assert project.rounds.first().strategy == strategy


def test_rounds_that_were_pruned_say_so_and_the_others_replay(project: Project, settings) -> None:
    settings.KEEP_ROUNDS = 2
    Round.objects.filter(number=1).update(created_at=timezone.now() - timedelta(days=3))
    count = project.rounds.count()
    dict(prune(project))
    kept = list(replay(project))
    assert [(one.number, one.same) for one in kept] == [(1, True), (count - 1, True), (count, True)]
    (old,) = replay(project, 2)
    assert (old.same, old.picks) == (False, 0)
    assert old.differences == ("it was pruned: the newest rounds replay, and the last one of each recent day",)
    assert read(project.rounds.first()).count == 64


def test_masks_are_replayed(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = worked(alice, tmp_path, labels=8, task="masks")
    rounds = list(replay(project))
    assert all(one.same for one in rounds), rounds


def test_what_is_said_merged_or_ingested_later_changes_no_round(
    project: Project, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    for sample in project.samples.filter(state="labelled").select_related("tile")[:3]:
        submit(sample, alice, Answer(value={"class": true_class(sample) % 3 + 1}))
    merge_class(project, 3, 1)
    project.seed, project.strategy, project.spacing = 7, "random", 0
    project.save()
    add_scene(project, tmp_path, name="east", east=20)
    run_jobs(project)
    assert project.rounds.first().strategy == "random"
    rounds = list(replay(Project.objects.get(pk=project.pk)))
    assert all(one.same for one in rounds), rounds


def test_seconds_that_labels_took_are_replayed(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = worked(alice, tmp_path, labels=42, refit_every=21)
    newest = project.rounds.first()
    assert newest.inputs["terms"]["timing"] is not None
    Annotation.objects.update(seconds=9)
    assert next(replay(project, newest.number)).same


def test_a_changed_label_is_told_with_its_tile(project: Project) -> None:
    newest = project.rounds.first()
    said = Annotation.objects.filter(pk=int(read(newest).annotations[0])).select_related("sample", "label").get()
    other = LabelClass.objects.filter(project=project).exclude(pk=said.label_id).first()
    Annotation.objects.filter(pk=said.pk).update(label=other)
    (told,) = replay(project, newest.number)
    assert not told.same
    label = f"the label of tile #{said.sample.index} was class {said.label.code}, and is class {other.code} now"
    assert told.differences[0] == label
    assert any(difference.startswith("pick ") for difference in told.differences)


def test_changed_vectors_are_told(project: Project) -> None:
    newest = project.rounds.first()
    vectors = Vectors(project, newest.encoder)
    row = int(read(newest).rows[0])
    vectors.write([row], 5 + vectors.read()[[row]].astype("f4"))
    (told,) = replay(project, newest.number)
    assert "the vectors of tiles that it learnt from have changed" in told.differences


def test_a_round_without_its_history_says_so(project: Project) -> None:
    first, newest = project.rounds.last(), project.rounds.first()
    (folder_of(project) / "rounds" / f"{newest.number}.npz").unlink()
    Round.objects.filter(pk=first.pk).update(inputs={})
    for number in (first.number, newest.number):
        (told,) = replay(project, number)
        assert not told.same and "was not kept" in told.differences[0]
    Vectors(project, newest.encoder).delete()
    (told,) = replay(project, first.number + 1)
    assert "vectors of its encoder" in told.differences[0]


def test_no_such_round_is_nothing(project: Project) -> None:
    assert list(replay(project, 99)) == []


def test_a_grid_that_came_later_changes_no_round(project: Project) -> None:
    grid = project.grids.get()
    grid.pk, grid.crs = None, "EPSG:32633"
    grid.save()
    assert all(one.same for one in replay(project))
