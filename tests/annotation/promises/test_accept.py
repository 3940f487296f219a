"""Accepting by promise: labels of their own provenance, which nothing counts as a person's word."""

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.errors import NotReady, Overtaken
from annotation.labeling import Answer, claim, submit
from annotation.learning.snapshot import _labels
from annotation.models import Annotation, Job, ModelVersion, Project, Sample, Suggestion
from annotation.progress import progress
from annotation.projects import merge_class
from annotation.promises.acceptance import Seen, accept
from annotation.promises.preview import preview
from annotation.trust import trust
from tests.factories import make_model_version
from tests.promised import promise, publish, seen


@pytest.fixture
def ready(project: Project, bob: AbstractBaseUser) -> Project:
    """Return a project in which a promise of 5 % on average can be given."""
    promise(project)
    publish(project, bob, audits=100, waiting=200, errors=0.2)
    return project


def test_it_works(ready: Project, carol: AbstractBaseUser) -> None:
    wanted = preview(ready).promise
    acceptance = accept(ready, carol, seen(ready))
    labels = Annotation.objects.filter(acceptance=acceptance)
    assert acceptance.accepted == wanted.accepted == labels.count() > 100
    label = labels.first()
    assert (label.provenance, label.author, label.model_version) == ("promised", carol, acceptance.model_version)
    assert (acceptance.threshold, acceptance.bound, acceptance.audits) == (wanted.threshold, 0.05, 100)
    assert label.sample.answer == label
    states = Sample.objects.filter(annotations__acceptance=acceptance).values_list("state", flat=True)
    assert set(states) == {Sample.State.LABELLED}
    least = Suggestion.objects.filter(state="accepted").order_by("confidence").first()
    assert least.confidence == pytest.approx(wanted.threshold)
    assert Suggestion.objects.filter(state="open", confidence__gte=wanted.threshold).count() == 0


def test_such_labels_are_not_counted_as_human_and_not_trained_on(ready: Project, carol: AbstractBaseUser) -> None:
    before, jobs = progress(ready), Job.objects.count()
    acceptance = accept(ready, carol, seen(ready))
    after = progress(ready)
    assert after["people"] == before["people"]
    assert [item["labelled"] for item in after["by_class"]] == [item["labelled"] for item in before["by_class"]]
    assert trust(ready)["promised"] == acceptance.accepted
    assert len(_labels(ready, [True] * 300, audits=False)) == 0
    assert Job.objects.count() == jobs


def test_accepting_twice_is_refused(ready: Project, carol: AbstractBaseUser) -> None:
    first = seen(ready)
    accept(ready, carol, first)
    with pytest.raises(Overtaken, match="Look again"):
        accept(ready, carol, first)
    with pytest.raises(NotReady):
        accept(ready, carol, seen(ready))
    assert (
        Annotation.objects.filter(provenance="promised").values("sample").distinct().count()
        == ready.acceptances.get().accepted
    )


def test_a_version_that_was_retired_since_is_refused(ready: Project, carol: AbstractBaseUser) -> None:
    before = seen(ready)
    ModelVersion.objects.update(state="retired")
    make_model_version(ready)
    with pytest.raises(Overtaken, match="Model version 1 was retired since you looked: version 2 is published now"):
        accept(ready, carol, before)


def test_a_promise_that_was_changed_since_is_refused(ready: Project, carol: AbstractBaseUser) -> None:
    before = seen(ready)
    promise(ready, bound=0.1)
    with pytest.raises(Overtaken, match="owner changed the promise"):
        accept(ready, carol, before)


@pytest.mark.parametrize("threshold", [0.0, 1.0, float("nan")])
def test_nobody_accepts_more_than_they_saw(ready: Project, carol: AbstractBaseUser, threshold: float) -> None:
    with pytest.raises(Overtaken):
        accept(ready, carol, Seen(1, "average", 0.05, threshold))
    assert not Annotation.objects.filter(provenance="promised").exists()


def test_a_tile_that_somebody_looks_at_is_left_to_them(
    ready: Project, bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    taken = claim(ready, bob, count=1).queue[0].sample_id
    claim(ready, bob, count=0, showing=taken)
    accept(ready, carol, seen(ready))
    assert Sample.objects.get(pk=taken).state == Sample.State.OPEN


def test_a_merged_class_is_accepted_as_what_it_became(ready: Project, carol: AbstractBaseUser) -> None:
    merge_class(ready, 1, 3)
    acceptance = accept(ready, carol, seen(ready))
    assert set(acceptance.annotations.values_list("label__code", flat=True)) == {3}


def test_a_persons_word_goes_over_it(ready: Project, bob: AbstractBaseUser, carol: AbstractBaseUser) -> None:
    accept(ready, carol, seen(ready))
    sample = Annotation.objects.filter(provenance="promised").first().sample
    said = submit(sample, bob, Answer(value={"class": 2}))
    sample.refresh_from_db()
    assert sample.answer == said


def test_an_owner_who_skipped_a_tile_gets_a_second_version(ready: Project, carol: AbstractBaseUser) -> None:
    sample = Suggestion.objects.order_by("-confidence").first().sample
    submit(sample, carol, Answer(verdict="skip"))
    accept(ready, carol, seen(ready))
    versions = sample.annotations.order_by("version").values_list("version", "current", "provenance")
    assert list(versions) == [(1, False, "human"), (2, True, "promised")]
