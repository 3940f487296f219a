"""What the database protects is never in a pruning's way: what people said, and what their words name, stays."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.management import call_command
from django.db import transaction

from annotation.arrays.masks import mask_file
from annotation.exports import make
from annotation.learning.publishing import publish_version
from annotation.learning.replaying import replay
from annotation.models import Acceptance, Annotation, Job, ModelVersion, Project, Review, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.promises.acceptance import write
from annotation.promises.taking_back import take_back
from annotation.promises.watching import roll_back
from annotation.pruning import prune, prune_shared
from annotation.review import decide
from tests.factories import make_acceptance, make_model_version, suggest
from tests.pools import covered_project, paint, run_jobs, take
from tests.pruned import State, grow_old

ACCEPT, REJECT, CORRECT = Review.Verdict.ACCEPT, Review.Verdict.REJECT, Review.Verdict.CORRECT


@pytest.fixture
def decided(project: Project, samples: list[Sample], carol: AbstractBaseUser) -> dict[str, Suggestion]:
    """Return old suggestions by what became of them: reviewed, accepted by promise, taken back, or nothing at all."""
    version = make_model_version(project, state=State.PUBLISHED)
    made = [suggest(version, sample, 1) for sample in samples[:7]]
    for row, verdict in zip(made, (ACCEPT, REJECT, CORRECT), strict=False):
        assert decide(carol, [row.pk], verdict, {"class": 2} if verdict == CORRECT else None).changed == 1
    acceptance = make_acceptance(version, carol)
    Suggestion.objects.filter(pk=made[3].pk).update(confidence=0.1)  # below what is accepted: nobody said anything
    with transaction.atomic():
        assert write(acceptance) == 3
        take_back(acceptance, annotations=list(made[5].sample.annotations.values_list("pk", flat=True)))
    roll_back(project, made_and_rolled_back(project, carol).pk, carol)
    publish_version(make_model_version(project, state=State.BUILDING))
    grow_old(*ModelVersion.objects.all())
    names = ("accepted", "rejected", "corrected", "unsaid", "promised", "taken back", "promised too")
    return dict(zip(names, made, strict=True))


def made_and_rolled_back(project: Project, user: AbstractBaseUser) -> Acceptance:
    """Return an acceptance of a version before, whose label was taken back by rolling back."""
    before = make_model_version(project, state=State.RETIRED)
    sample = project.samples.get(index=8)
    suggest(before, sample, 1, state=Suggestion.State.ACCEPTED)
    acceptance = make_acceptance(before, user)
    said = Annotation(sample=sample, author=user, schema=project.schemas.first(), value={"class": 1})
    said.provenance, said.model_version, said.acceptance = Annotation.Provenance.PROMISED, before, acceptance
    said.label = project.classes.first()
    said.save()
    Sample.objects.filter(pk=sample.pk).update(state=Sample.State.LABELLED, answer=said)
    return acceptance


def by_job(project: Project) -> None:
    """Prune as each night."""
    Job.request(project, JobKind.PRUNE)
    (job,) = run_jobs(project, JobKind.PRUNE)
    assert (job.state, job.error) == (Job.State.DONE, "")


def by_command(project: Project) -> None:
    """Prune by hand."""
    call_command("prune", str(project.pk))


@pytest.mark.parametrize("pruning", [by_job, by_command])
def test_what_people_said_and_what_it_names_stays(project: Project, decided: dict[str, Suggestion], pruning) -> None:
    kept = {model: list(model.objects.order_by("pk").values()) for model in (Annotation, Review, Acceptance)}
    versions = set(ModelVersion.objects.values_list("pk", flat=True))
    pruning(project)
    assert {model: list(model.objects.order_by("pk").values()) for model in kept} == kept
    assert set(ModelVersion.objects.values_list("pk", flat=True)) == versions
    there = set(Suggestion.objects.values_list("pk", flat=True))
    gone = {name for name, row in decided.items() if row.pk not in there}
    assert gone == {"unsaid", "taken back"}
    assert all(review.suggestion for review in Review.objects.all())
    assert {said.model_version.number for said in Annotation.objects.exclude(model_version=None)} == {1, 2}


def test_masks_that_exports_and_replays_need_stay(alice: AbstractBaseUser, tmp_path: Path, data_dir: Path) -> None:
    project = covered_project(alice, tmp_path, task="masks", refit_every=50)
    run_jobs(project)
    repainted: Sample | None = None
    for code in (1, 2, 3, 1, 2):
        repainted = take(project, alice).sample
        paint_rows(repainted, alice, code, rows=8)
    Job.request(project, JobKind.REFIT)
    run_jobs(project, JobKind.REFIT)
    assert repainted is not None
    paint_rows(repainted, alice, 3, rows=20)  # the round before saw another one
    masks = set(Annotation.objects.values_list("mask", flat=True))
    assert len(masks) == 4  # equal ones are one file
    grow_old(data_dir)
    grow_old(*project.rounds.all())
    assert dict([*prune(project), *prune_shared()])["masks that nothing refers to"].files == 0
    assert all(mask_file(mask).is_file() for mask in masks)
    assert [one.differences for one in replay(project)] == [()] * project.rounds.count()
    make(project, "masks", tmp_path / "out.zip")


def paint_rows(sample: Sample, user: AbstractBaseUser, code: int, *, rows: int) -> None:
    """Paint the northern rows of a tile."""
    mask = np.zeros((32, 32), np.uint8)
    mask[:rows] = code
    paint(Sample.objects.select_related("project", "tile__grid").get(pk=sample.pk), user, mask)
