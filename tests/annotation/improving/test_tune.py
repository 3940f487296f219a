"""Fine-tuning: a candidate with honest evidence, promoted by the rule or by its owner, and a way back."""

import copy
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.vectors import folder_of
from annotation.encoders import choices, own_file
from annotation.errors import BadSettings
from annotation.improving import candidates, tuning
from annotation.improving.promotion import Verdict
from annotation.improving.requests import discard, promote, request_encoder, request_training
from annotation.learning.encoders import open_encoder
from annotation.models import Job, ModelVersion, Project, Sample
from annotation.models.jobs import JobKind
from mlcore.finetune import FinetuneRecipe, Step
from mlcore.model import Encoder
from tests.annotation.learning.test_publish import label_twenty
from tests.pools import covered_project, run_jobs
from tests.worlds import shared_world

State = ModelVersion.State


class Tuner:
    """Stands in for fine-tuning: moves the weights a little, and keeps what it was given."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.before_step: Callable[[], None] = lambda: None

    def __call__(self, encoder: Encoder, samples, labels, *, recipe, progress) -> Encoder:
        self.seen.append([round(float(sample.chips[0].pixels.mean() * 1e4)) for sample in samples])
        assert len(samples) == len(labels)
        self.before_step()
        progress(Step(number=1, of=2, loss=0.5, validation=None, seconds=0.1))
        made = copy.deepcopy(encoder)
        generator = torch.Generator().manual_seed(len(samples))
        with torch.no_grad():
            for parameter in made.network.parameters():
                parameter.add_(torch.randn(parameter.shape, generator=generator) * 1e-3)
        return made


@pytest.fixture
def tuner(monkeypatch: pytest.MonkeyPatch) -> Tuner:
    """Put a quick stand-in where fine-tuning is called."""
    made = Tuner()
    monkeypatch.setattr(tuning, "finetune", made)
    return made


@pytest.fixture
def verdict(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Return a function that decides what the rule of promotion says."""
    return lambda promote: monkeypatch.setattr(candidates, "judge", lambda _: Verdict(promote, "Because."))


def label_and_publish(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a project with twenty labels and a published version."""
    project = label_twenty(covered_project(owner, folder), owner)
    run_jobs(project)
    return project


world, alice, labelled = shared_world(label_and_publish)


def tune(project: Project, user: AbstractBaseUser) -> Job:
    """Fine-tune, and run all that follows."""
    job = request_training(project, "finetune", user)
    run_jobs(project)
    job.refresh_from_db()
    project.refresh_from_db()
    return job


def test_it_works(labelled: Project, alice: AbstractBaseUser, tuner: Tuner) -> None:
    job = tune(labelled, alice)
    assert (job.state, job.error) == (Job.State.DONE, "")
    version = labelled.model_versions.first()
    assert (version.state, version.origin, version.encoder_name) == (
        State.CANDIDATE,
        ModelVersion.Origin.FINETUNE,
        "nano, fine-tuned on 18 labels",
    )
    compared = version.metrics["comparison"]
    assert (compared["held_out"]["count"], compared["audits"]["count"], compared["folds"]) == (18, 2, 3)
    assert compared["grouping"].endswith("tiles")
    assert job.message == f"{version}: {version.reason}"
    assert own_file(labelled, version.encoder).is_file()
    assert labelled.encoder == "nano"
    assert job.result["curve"][0] == {"stage": 0, "step": 1, "loss": 0.5, "validation": None}
    assert job.result["version"] == version.number
    assert "fine-tuned" in {choice.key: choice.card for choice in choices(labelled)}[version.encoder]


def test_held_out_labels_and_audits_are_never_tuned_on(
    labelled: Project, alice: AbstractBaseUser, tuner: Tuner
) -> None:
    tune(labelled, alice)
    everything, *folds = tuner.seen
    assert len(folds) == 3
    assert len(everything) == labelled.samples.filter(state=Sample.State.LABELLED, audit=None).count() == 18
    held_out = [sorted(set(everything) - set(fold)) for fold in folds]
    assert sorted(number for held in held_out for number in held) == sorted(everything)


def test_what_the_rule_promotes_takes_over_by_itself(
    labelled: Project, alice: AbstractBaseUser, tuner: Tuner, verdict: Callable[[bool], None]
) -> None:
    verdict(True)
    tune(labelled, alice)
    version = labelled.model_versions.get(state=State.PUBLISHED)
    assert (version.origin, version.reason) == (ModelVersion.Origin.FINETUNE, "Promoted by itself. Because.")
    assert labelled.encoder == version.encoder == labelled.rounds.first().encoder
    assert version.suggestions.filter(state="open").count() > 30
    assert "comparison" in version.metrics


def test_its_owner_promotes_by_hand_and_goes_back(
    labelled: Project, alice: AbstractBaseUser, tuner: Tuner, verdict: Callable[[bool], None]
) -> None:
    verdict(False)
    tune(labelled, alice)
    promote(labelled, labelled.model_versions.first().number, alice)
    run_jobs(labelled)
    labelled.refresh_from_db()
    version = labelled.model_versions.get(state=State.PUBLISHED)
    assert (labelled.encoder, version.reason) == (version.encoder, "Chosen by alice. Because.")
    request_encoder(labelled, "nano", alice)
    run_jobs(labelled)
    labelled.refresh_from_db()
    assert labelled.encoder == "nano"
    assert labelled.model_versions.get(pk=version.pk).state == State.RETIRED
    assert version.encoder in [choice.key for choice in choices(labelled)]


def test_vectors_of_folds_do_not_stay(labelled: Project, alice: AbstractBaseUser, tuner: Tuner) -> None:
    (folder_of(labelled) / "vectors" / ("f" * 64)).mkdir()  # of a killed run
    tune(labelled, alice)
    kept = {path.name for path in (folder_of(labelled) / "vectors").iterdir()}
    assert kept == {labelled.rounds.first().encoder, labelled.model_versions.first().encoder}
    discard(labelled, labelled.model_versions.first().number)


def test_too_few_labels_are_told(alice: AbstractBaseUser, tmp_path: Path, tuner: Tuner) -> None:
    project = covered_project(alice, tmp_path)
    run_jobs(project)
    job = tune(project, alice)
    assert (job.state, job.error) == (
        Job.State.FAILED,
        "Fine-tuning needs 12 labels, and 3 of each of two classes; there are 0 (audits are never trained on).",
    )


def test_statistics_cannot_be_tuned(labelled: Project, alice: AbstractBaseUser, tuner: Tuner) -> None:
    Project.objects.filter(pk=labelled.pk).update(encoder="statistics")
    with pytest.raises(BadSettings, match="no weights that can be tuned here"):
        tune(labelled, alice)


def test_it_ends_when_somebody_cancels(labelled: Project, alice: AbstractBaseUser, tuner: Tuner) -> None:
    tuner.before_step = lambda: labelled.jobs.get(kind=JobKind.FINETUNE).cancel() or None
    job = tune(labelled, alice)
    assert job.state == Job.State.CANCELLED
    assert len(tuner.seen) == 1
    assert not labelled.model_versions.filter(state=State.CANDIDATE).exists()


def test_a_killed_run_loses_the_candidate_alone_and_can_be_repeated(
    labelled: Project, alice: AbstractBaseUser, tuner: Tuner, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = labelled.model_versions.get(state=State.PUBLISHED)
    with monkeypatch.context() as patch:
        patch.setattr(candidates, "write_version", lambda *_, **__: 1 / 0)
        job = tune(labelled, alice)
    assert job.state == Job.State.FAILED
    assert labelled.model_versions.get() == published
    assert job.restart()
    run_jobs(labelled)
    assert labelled.model_versions.filter(state=State.CANDIDATE).count() == 1


def test_the_same_weights_twice_are_one_candidate(labelled: Project, alice: AbstractBaseUser, tuner: Tuner) -> None:
    tune(labelled, alice)
    tune(labelled, alice)
    assert labelled.model_versions.filter(state=State.CANDIDATE).count() == 1


def test_what_did_not_help_is_no_candidate(labelled: Project, alice: AbstractBaseUser, monkeypatch) -> None:
    monkeypatch.setattr(tuning, "finetune", lambda encoder, *_, **__: encoder)
    job = tune(labelled, alice)
    assert job.message == "Tuning found nothing better than the encoder as it is, so there is no candidate."
    assert not labelled.model_versions.filter(state=State.CANDIDATE).exists()


def tune_really(project: Project, user: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fine-tune without a stand-in, briefly: a candidate comes of it, or the news that nothing helped."""
    monkeypatch.setattr(tuning, "FinetuneRecipe", partial(FinetuneRecipe, epochs=1))
    job = tune(project, user)
    assert (job.state, job.error) == (Job.State.DONE, "")
    made = project.model_versions.filter(origin=ModelVersion.Origin.FINETUNE).first()
    assert made or job.message.startswith("Tuning found nothing better")
    assert len({point["stage"] for point in job.result["curve"]}) == (4 if made else 1)
    if made:
        assert open_encoder(project, made.encoder).digest == made.encoder


def test_real_tuning_makes_a_candidate_or_says_that_nothing_helped(
    labelled: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune_really(labelled, alice, monkeypatch)
