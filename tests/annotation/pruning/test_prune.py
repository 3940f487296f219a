"""Pruning: what nothing needs goes, can be told before, and a killed one is finished by the next."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation.arrays.masks import mask_file
from annotation.arrays.vectors import folder_of
from annotation.models import (
    Job,
    Project,
    Rank,
    Round,
    Sample,
    Suggestion,
)
from annotation.models.jobs import JobKind
from annotation.pruning import prune, prune_shared, request_due
from annotation.pruning.cuts import Freed
from tests.factories import make_project, suggest
from tests.pools import make_samples, rank
from tests.pruned import DAY, State, grow_old, mask_of, pruned, superseded, version_of
from tests.sweeps import left_out


def test_it_works(project: Project, samples: list[Sample]) -> None:
    before, now = version_of(project), version_of(project, State.PUBLISHED)
    mask = mask_of(1)
    superseded(before, samples[0], mask=mask)
    kept = suggest(now, samples[0], 1, mask=mask_of(2))
    expected = {"superseded suggestions": Freed(rows=1), "masks that nothing refers to": Freed(files=1, bytes=0)}
    for dry in (True, False):
        freed = pruned(project, dry=dry)
        assert {what: (part.rows, part.files) for what, part in freed.items()} == {
            what: (part.rows, part.files) for what, part in expected.items()
        }
        assert freed["masks that nothing refers to"].bytes > 0
        assert Suggestion.objects.count() == (2 if dry else 1)
        assert mask_file(mask).is_file() == dry
    assert Suggestion.objects.get() == kept
    assert mask_file(kept.mask).is_file()
    assert pruned(project) == {}


def test_a_project_without_anything_is_pruned_too(project: Project) -> None:
    assert pruned(project) == {}


def test_a_pruning_that_is_killed_anywhere_is_finished_by_the_next(
    project: Project, samples: list[Sample], settings
) -> None:
    settings.KEEP_ROUNDS = 1
    before = version_of(project)
    superseded(before, samples[0], mask=mask_of(1))
    version_of(project, State.PUBLISHED)
    for _ in range(3):
        rank(project, samples)
    Round.objects.update(created_at=timezone.now() - DAY)
    expected = sum((part for part in pruned(project, dry=True).values()), Freed())
    freed, steps = Freed(), 0
    while True:
        parts = _up_to(steps, project)
        freed += sum(parts, Freed())
        steps += 1
        if steps > 14:
            break
    assert freed == expected
    assert pruned(project) == {}


def _up_to(steps: int, project: Project) -> list[Freed]:
    """Prune until so many rules were applied."""
    rules: Iterator[tuple[str, Freed]] = (part for whole in (prune(project), prune_shared()) for part in whole)
    return [part for _, (_, part) in zip(range(steps), rules, strict=False)]


@pytest.mark.parametrize(("rounds", "count"), [(40, 6), left_out(200, 30)])
def test_a_small_project_stays_bounded_through_many_rounds(project: Project, settings, rounds: int, count: int) -> None:
    settings.KEEP_ROUNDS = rounds // 10
    samples = make_samples(project, count)
    home = folder_of(project) / "rounds"
    home.mkdir(parents=True)
    sizes = []
    for number in range(1, rounds + 1):
        rank(project, samples, inputs={"terms": {}}, report={"classes": []})
        (home / f"{number}.npz").write_bytes(b"n" * 100)
        job = Job.request(project, JobKind.REFIT)
        job.start()
        job.finish()
        if number % (rounds // 20) == 0:  # a publication
            project.model_versions.filter(state=State.PUBLISHED).update(state=State.RETIRED)
            Suggestion.objects.update(state=Suggestion.State.SUPERSEDED)
            version = version_of(project, State.PUBLISHED)
            for sample in samples:
                suggest(version, sample, 1, mask=mask_of(1 + 20 * number // rounds))
        if number % (rounds // 4) == 0:
            Round.objects.update(created_at=timezone.now() - DAY)
            Job.objects.update(finished_at=timezone.now() - timedelta(days=8))
            pruned(project)
            files = [path for path in folder_of(project).rglob("*") if path.is_file()]
            masks = list(mask_file("0" * 64).parents[1].rglob("*.png"))
            rows = (Rank.objects.count(), Suggestion.objects.count(), Job.objects.count())
            sizes.append((*rows, len(files), len(masks)))
    assert sizes[1:] == [sizes[1]] * 3
    ranks, suggestions, jobs, _, masks = sizes[-1]
    assert (ranks, suggestions, jobs, masks) == (rounds // 10 * count, count, 0, 1)
    assert project.rounds.count() == rounds


def test_folders_of_deleted_projects_go(project: Project) -> None:
    mine, gone = folder_of(project), folder_of(project.pk + 1)
    for folder in (mine, gone):
        folder.mkdir(parents=True)
        (folder / "ground.npy").write_bytes(b"g")
        grow_old(folder)
    pruned(project)
    assert (mine.is_dir(), gone.is_dir()) == (True, False)


def test_each_project_that_is_worked_on_is_asked_for_once_a_day(project: Project, alice: AbstractBaseUser) -> None:
    make_project(alice, name="Idle")
    job = Job.request(project, JobKind.REFIT)
    assert request_due() == 0  # it began today
    grow_old(job)
    assert (request_due(), request_due()) == (1, 0)
    asked = project.jobs.get(kind=JobKind.PRUNE)
    asked.start()
    asked.finish()
    assert request_due() == 0
    grow_old(asked, days=1.1)
    assert request_due() == 1
    Job.objects.filter(kind=JobKind.REFIT).update(created_at=timezone.now() - timedelta(days=20))
    Job.objects.filter(kind=JobKind.PRUNE).delete()
    assert request_due() == 0
