"""Boxes and points from label to suggestion: refit, ranks, publication, acceptance."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.fits import newest_fit
from annotation.arrays.vectors import Vectors
from annotation.errors import BadSettings, JobFailed
from annotation.insights import insight, request_insight
from annotation.models import AuditForecast, Job, Project, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.models.projects import Role
from annotation.projects import save_project
from annotation.quality import quality
from annotation.review import decide
from annotation.tasks import task_of
from tests.factories import join
from tests.pools import run_jobs
from tests.things import labelled_project, name_objects, true_value
from tests.worlds import shared_world


def build(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a project of boxes with 64 tiles, 24 labels and 12 audits."""
    return labelled_project(owner, folder, "boxes")


world, alice, harbour = shared_world(build)


def test_it_works(harbour: Project, alice: AbstractBaseUser) -> None:
    newest, fit, task = harbour.rounds.first(), newest_fit(harbour), task_of(harbour)
    assert (newest.labels, newest.audits, newest.classes) == (24, 12, 1)
    assert newest.accuracy > 0.8
    told = newest.report["objects"]
    assert (told["audits"], told["objects"], told["ap50"]["value"] > 0.8) == (12, 9, True)
    assert harbour.model_versions.get(state="published").metrics["ap30"] > 0.8
    assert fit.columns == (1,)
    said = list(Suggestion.objects.select_related("sample__tile", "sample__project"))
    assert len(said) == 28
    wrong = [task.wrongness(harbour, true_value(each.sample), each.value) for each in said]
    assert np.mean(wrong) < 0.2
    assert all(0 <= thing["score"] <= 1 for each in said for thing in each.value[task.name])
    assert AuditForecast.objects.count() == 12


def test_what_is_accepted_are_the_objects_above_the_threshold(harbour: Project, alice: AbstractBaseUser) -> None:
    task = task_of(harbour)
    taken = Suggestion.objects.exclude(label=None).first()
    guess = {**taken.value[task.name][0], "score": 0.3}
    taken.value[task.name].append(guess)
    taken.save()
    in_bulk = Suggestion.objects.annotate(taken=task.accepted_column(harbour)).get(pk=taken.pk).taken
    assert decide(alice, [taken.pk], "accept").changed == 1
    answer = Sample.objects.get(pk=taken.sample_id).answer
    assert answer.value == in_bulk == {task.name: taken.value[task.name][:-1]}
    assert answer.label.code == 1
    named = Suggestion.objects.annotate(named=task.named_column()).get(pk=taken.pk).named
    assert named == [1] * len(taken.value[task.name])
    assert Suggestion.objects.filter(task.naming(1), pk=taken.pk).exists()
    assert not Suggestion.objects.filter(task.naming(2)).exists()


def test_a_saved_head_says_the_same(harbour: Project) -> None:
    version = harbour.model_versions.get(state="published")
    learner = task_of(harbour).learner.load(version.head_file)
    said = list(Suggestion.objects.select_related("sample").order_by("sample__index"))
    prediction = learner.predict(Vectors(harbour, version.encoder), np.array([each.sample.index for each in said]))
    again = [prediction.content(at, tile_px=32, in_use={1: 1})[0] for at in range(len(said))]
    assert again == [each.value for each in said]


@pytest.mark.parametrize("strategy", ["boxes", "unsure", "max_herding", "uncertainty_herding", "k_center"])
def test_a_round_asks_by_what_is_in_doubt(harbour: Project, strategy: str) -> None:
    harbour.strategy = strategy
    save_project(harbour)
    Job.request(harbour, JobKind.REFIT)
    (job,) = run_jobs(harbour, JobKind.REFIT)
    assert (job.error, harbour.rounds.first().strategy) == ("", strategy)


def test_what_needs_one_class_a_tile_is_refused(harbour: Project) -> None:
    harbour.strategy = "rare_class"
    with pytest.raises(BadSettings, match="needs one class for each tile"):
        save_project(harbour)


def test_insights_tell_scores_counts_and_mistakes(harbour: Project) -> None:
    request_insight(harbour)
    assert [job.error for job in run_jobs(harbour, JobKind.INSIGHT)] == [""]
    insights = insight(harbour)["found"]
    scores, counted = insights["objects"], insights["counted"]
    for name in ("ap30", "ap50", "precision", "recall"):
        assert scores[name]["low"] <= scores[name]["value"] <= scores[name]["high"]
        assert scores["classes"][0][name] == scores[name]
    assert (counted["tiles"], counted["labelled"], counted["labelled_tiles"]) == (40, 18, 24)
    assert counted["total"]["low"] <= 30 <= counted["total"]["high"]
    assert all(each["kind"] in ("false", "missed") and "width" in each["object"] for each in insights["mistakes"])
    assert insights["advice"]["reasons"]


def test_an_object_that_was_overlooked_is_offered_again(harbour: Project, alice: AbstractBaseUser) -> None:
    slip = next(each for each in learnt(harbour) if true_value(each)["boxes"])
    wrong = name_objects(slip, alice, {"boxes": []})
    Job.request(harbour, JobKind.REFIT)
    run_jobs(harbour, JobKind.REFIT)
    request_insight(harbour)
    assert [job.error for job in run_jobs(harbour, JobKind.INSIGHT)] == [""]
    item = quality(harbour, owner=True)["found"]["suspects"][0]
    assert (item["annotation"], item["given"], item["suggested"]) == (wrong.pk, 0, 1)
    truth = true_value(slip)["boxes"][0]
    assert abs(item["object"]["x"] - truth["x"]) < 3


def learnt(project: Project) -> list[Sample]:
    """Return the labelled samples that are no audits."""
    samples = project.samples.filter(state=Sample.State.LABELLED, audit=None).order_by("index")
    return list(samples.select_related("tile", "project"))


def test_people_who_name_other_objects_are_told(
    harbour: Project, alice: AbstractBaseUser, bob: AbstractBaseUser
) -> None:
    type(harbour).objects.filter(pk=harbour.pk).update(opinions=2)
    harbour.refresh_from_db()
    join(harbour, bob, Role.ANNOTATOR)
    same, other = [
        each for each in harbour.samples.filter(audit__isnull=False).select_related("tile", "project").order_by("index")
        if true_value(each)["boxes"]
    ][:2]  # fmt: skip
    name_objects(same, bob)
    name_objects(other, bob, {"boxes": []})
    told = task_of(harbour).agreement(harbour)
    assert (told["agreement"]["samples"], told["agreement"]["value"]) == (2, pytest.approx(2 / 3, abs=0.001))
    people = {each["person"]: each for each in told["people"]}
    assert people["bob"] == {"person": "bob", "both": 1, "alone": 0, "overlooked": 1, "tiles": 2}


def test_turned_boxes_are_learnt_and_read_again(harbour: Project) -> None:
    harbour.task_options = {"rotated": True, "threshold": 0.5}
    save_project(harbour)
    Job.request(harbour, JobKind.PUBLISH)
    (job,) = run_jobs(harbour, JobKind.PUBLISH)
    assert job.error == ""
    version = harbour.model_versions.get(state="published")
    learner = task_of(harbour).learner.load(version.head_file)
    assert learner.head.kind == "turned"
    said = Suggestion.objects.filter(model_version=version).exclude(label=None).select_related("sample").first()
    prediction = learner.predict(Vectors(harbour, version.encoder), np.array([said.sample.index]))
    assert prediction.content(0, tile_px=32, in_use={1: 1})[0] == said.value


def test_encoders_are_not_tuned_on_objects(harbour: Project, alice: AbstractBaseUser) -> None:
    with pytest.raises(JobFailed, match="cannot be fine-tuned on objects"):
        task_of(harbour).learner.targets(None)
