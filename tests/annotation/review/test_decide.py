"""Reviewing: suggestions become annotations that say where they come from."""

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.masks import store_mask
from annotation.errors import BadAnswer
from annotation.labeling import Answer, retract, submit
from annotation.models import Annotation, AuditDraw, Job, Project, Review, Sample, Suggestion
from annotation.review import decide
from tests.factories import make_model_version, suggest
from tests.pools import make_samples


@pytest.fixture
def suggestions(project: Project) -> list[Suggestion]:
    """Return ten open suggestions of class 2."""
    version = make_model_version(project)
    return [suggest(version, sample, 2, mask="") for sample in make_samples(project, 10)]


def pks(suggestions: list[Suggestion]) -> list[int]:
    """Return their ids."""
    return [suggestion.pk for suggestion in suggestions]


def test_it_works(carol: AbstractBaseUser, suggestions: list[Suggestion]) -> None:
    assert decide(carol, pks(suggestions[:3]), "accept").changed == 3
    suggestion = Suggestion.objects.get(pk=suggestions[0].pk)
    sample = suggestion.sample
    assert (suggestion.state, sample.state) == (Suggestion.State.ACCEPTED, Sample.State.LABELLED)
    assert sample.answer.provenance == Annotation.Provenance.MODEL_ACCEPTED
    assert (sample.answer.author, sample.answer.label.code) == (carol, 2)
    assert sample.answer.model_version == suggestion.model_version
    review = Review.objects.get(suggestion=suggestion)
    assert (review.reviewer, review.verdict, review.result) == (carol, "accept", sample.answer)


def test_a_correction_is_a_human_label(
    carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]
) -> None:
    decide(carol, Suggestion.objects.filter(pk=suggestions[0].pk), "correct", {"class": 3})
    answer = Sample.objects.get(pk=suggestions[0].sample_id).answer
    assert (answer.label.code, answer.provenance, answer.model_version) == (3, "human", None)


def test_a_rejected_sample_stays_with_people(carol: AbstractBaseUser, suggestions: list[Suggestion]) -> None:
    decide(carol, pks(suggestions[:1]), "reject")
    sample = Sample.objects.get(pk=suggestions[0].sample_id)
    assert (sample.state, sample.annotations.count()) == (Sample.State.OPEN, 0)
    assert Suggestion.objects.get(pk=suggestions[0].pk).state == Suggestion.State.REJECTED


def test_what_cannot_be_decided_is_left_out_with_a_reason(
    bob: AbstractBaseUser, carol: AbstractBaseUser, suggestions: list[Suggestion]
) -> None:
    decided, labelled, audit, free = suggestions[:4]
    decide(carol, [decided.pk], "reject")
    submit(labelled.sample, bob, Answer(value={"class": 1}))
    AuditDraw.objects.create(sample=audit.sample, probability=0.1, pool=10)
    done = decide(carol, pks(suggestions[:4]), "accept")
    assert done.changed == 1
    assert dict(done.skipped) == {
        decided.pk: "It is rejected already.",
        labelled.pk: "The tile is labelled by now.",
        audit.pk: "It is an audit sample: people label it without a suggestion.",
    }
    assert Sample.objects.get(pk=free.sample_id).state == Sample.State.LABELLED


def test_deciding_twice_changes_nothing(carol: AbstractBaseUser, suggestions: list[Suggestion]) -> None:
    decide(carol, pks(suggestions), "accept")
    assert decide(carol, pks(suggestions), "accept").changed == 0
    assert Annotation.objects.count() == 10


def test_a_reviewer_who_answered_before_gets_a_second_version(
    carol: AbstractBaseUser, suggestions: list[Suggestion]
) -> None:
    sample = suggestions[0].sample
    submit(sample, carol, Answer(value={"class": 1}))
    retract(sample, carol)
    decide(carol, pks(suggestions[:1]), "accept")
    assert list(sample.annotations.values_list("version", "current", "verdict")) == [
        (1, False, "label"),
        (2, False, "retract"),
        (3, True, "label"),
    ]


def test_taking_an_acceptance_back_opens_the_suggestion_again(
    carol: AbstractBaseUser, suggestions: list[Suggestion]
) -> None:
    decide(carol, pks(suggestions[:1]), "accept")
    retract(suggestions[0].sample, carol)
    assert Suggestion.objects.get(pk=suggestions[0].pk).state == Suggestion.State.OPEN


def test_enough_decisions_ask_for_a_refit(carol: AbstractBaseUser, suggestions: list[Suggestion]) -> None:
    decide(carol, pks(suggestions), "accept")
    assert Job.objects.get().kind == "refit"


def test_an_accepted_mask_keeps_its_pixels(
    carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]
) -> None:
    project.task = "masks"
    project.save()
    sha256 = store_mask(np.full((32, 32), 2, np.uint8))
    Suggestion.objects.filter(pk=suggestions[0].pk).update(mask=sha256, value={"mask": sha256, "pixels": {"2": 1024}})
    decide(carol, pks(suggestions[:1]), "accept")
    answer = Sample.objects.get(pk=suggestions[0].sample_id).answer
    assert (answer.mask, answer.value) == (sha256, {"mask": sha256, "pixels": {"2": 1024}})
    with pytest.raises(BadAnswer, match="takes a mask; paint the tile"):
        decide(carol, pks(suggestions[1:2]), "correct", {"class": 3})


def test_a_class_out_of_use_cannot_be_accepted(
    carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]
) -> None:
    project.classes.filter(code=2).update(retired=True)
    ((_, reason),) = decide(carol, pks(suggestions[:1]), "accept").skipped
    assert reason == "The class Forest is no longer in use; correct the label instead."


@pytest.mark.parametrize(("verdict", "message"), [("maybe", "choose one of: accept"), ("correct", "Say what is right")])
def test_a_wrong_verdict_is_refused(
    carol: AbstractBaseUser, suggestions: list[Suggestion], verdict: str, message: str
) -> None:
    with pytest.raises(BadAnswer, match=message):
        decide(carol, pks(suggestions), verdict)


def test_five_hundred_take_a_handful_of_queries(
    carol: AbstractBaseUser, project: Project, django_assert_max_num_queries
) -> None:
    version = make_model_version(project)
    label = project.classes.get(code=1)
    made = Suggestion.objects.bulk_create(
        Suggestion(model_version=version, sample=sample, value={"class": 1}, label=label, confidence=0.9)
        for sample in make_samples(project, 500)
    )
    with django_assert_max_num_queries(25):
        assert decide(carol, pks(made), "accept").changed == 500
