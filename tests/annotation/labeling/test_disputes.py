"""Opinions that disagree: a state of the sample that waits for one more person, or for a reviewer."""

import numpy as np
import pytest

from annotation.audits.answers import first_answers
from annotation.exports.options import Options
from annotation.exports.snapshot import freeze
from annotation.labeling import Answer, claim, retract, submit
from annotation.learning.snapshot import _labels
from annotation.models import Annotation, Sample
from annotation.models.projects import Role
from annotation.progress import counts
from annotation.quality import KEEP, RELABEL, Decision, look_again, quality, take_back
from annotation.review import decide
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(project, samples) -> Sample:
    """Return a sample of a project that wants two opinions."""
    project.opinions = 2
    project.save()
    return Sample.objects.get(pk=samples[0].pk)


@pytest.fixture
def erin(project):
    """Return a third annotator."""
    user = factories.make_user("erin")
    factories.join(project, user, Role.ANNOTATOR)
    return user


@pytest.fixture
def dispute(sample, alice, bob) -> list[Annotation]:
    """Return two answers that differ."""
    return [factories.label(sample, alice, 1), factories.label(sample, bob, 2)]


def stand(sample: Sample) -> tuple[str, Annotation | None]:
    sample.refresh_from_db()
    return sample.state, sample.answer


def test_it_works(project, sample, dispute, erin):
    assert stand(sample) == ("disputed", None)
    third = factories.label(sample, erin, 2)
    assert stand(sample) == ("labelled", third)


def test_three_different_answers_stay_disputed(sample, dispute, erin):
    factories.label(sample, erin, 3)
    assert stand(sample) == ("disputed", None)


def test_unsure_and_a_label_are_two_opinions_too(sample, alice, bob, erin):
    factories.label(sample, alice, 1)
    submit(sample, bob, Answer("unsure"))
    assert stand(sample) == ("disputed", None)
    submit(sample, erin, Answer("unsure"))
    assert stand(sample) == ("unsure", None)


def test_it_is_served_first_to_who_has_not_answered_and_to_one_at_a_time(
    project, samples, sample, dispute, bob, carol, erin
):
    factories.make_round(project, samples[1:])
    assert sample.pk not in [lease.sample_id for lease in claim(project, bob, count=12).queue]
    first = claim(project, erin, count=2).queue
    assert sample.pk in [lease.sample_id for lease in first]
    assert sample.pk in [lease.sample_id for lease in claim(project, erin, count=2).queue]  # and is kept
    assert sample.pk not in [lease.sample_id for lease in claim(project, carol, count=12).queue]


def test_it_trains_nothing_and_is_told_apart_in_exports(project, sample, samples, dispute, alice, bob, erin, tmp_path):
    for user in (alice, bob):
        factories.label(samples[1], user, 3)
    told = freeze(project, tmp_path, Options()).counts
    assert (told["labelled"], told["disputed"]) == (1, 1)
    present = [True] * len(samples)

    assert _labels(project, np.array(present), audits=False).rows.tolist() == [samples[1].index]
    told = counts(project)
    assert (told["labelled"], told["disputed"], told["total"]) == (1, 1, 12)


def test_a_reviewer_settles_by_keeping_one_answer(project, sample, dispute, carol, erin):
    (shown,) = quality(project, owner=False)["disputed"]
    assert (shown["sample"], [answer["text"] for answer in shown["answers"]]) == (sample.pk, ["Open water", "Forest"])
    review = look_again(project, carol, dispute[0].pk, Decision(KEEP))
    assert stand(sample) == ("labelled", dispute[0])
    assert quality(project, owner=False)["disputed"] == []
    factories.label(sample, erin, 2)
    assert stand(sample) == ("labelled", dispute[0])  # the reviewer's word is final
    take_back(project, carol, review.pk)
    assert stand(sample)[0] == "labelled"  # by the majority now


def test_taking_the_review_back_leaves_people_in_disagreement(project, sample, dispute, carol):
    review = look_again(project, carol, dispute[0].pk, Decision(KEEP))
    take_back(project, carol, review.pk)
    assert stand(sample) == ("disputed", None)


def test_a_reviewer_settles_by_another_answer(project, sample, dispute, carol):
    review = look_again(project, carol, dispute[0].pk, Decision(RELABEL, label=3))
    assert stand(sample) == ("labelled", review.result)
    take_back(project, carol, review.pk)
    assert stand(sample) == ("disputed", None)


def test_when_one_changes_their_mind_they_agree(sample, dispute, bob):
    second = factories.label(sample, bob, 1)
    assert stand(sample) == ("labelled", second)


def test_when_both_change_their_minds_they_still_disagree(sample, dispute, alice, bob):
    factories.label(sample, alice, 2)
    factories.label(sample, bob, 1)
    assert stand(sample) == ("disputed", None)


def test_when_one_takes_their_answer_back_it_is_open_again(sample, dispute, bob):
    retract(sample, bob)
    assert stand(sample) == ("open", None)


def test_when_the_reviewed_answer_is_changed_the_review_speaks_of_nothing_any_more(
    project, sample, dispute, alice, carol
):
    look_again(project, carol, dispute[0].pk, Decision(KEEP))
    factories.label(sample, alice, 3)
    assert stand(sample) == ("disputed", None)


def test_a_suggestion_on_it_is_left_to_the_page_quality(project, sample, dispute, carol):
    row = factories.suggest(factories.make_model_version(project), sample, 2)
    decided = decide(carol, [row.pk], "accept")
    assert (decided.changed, decided.skipped[0][1][:15]) == (0, "People disagree")


def test_an_audit_in_dispute_goes_by_the_majority_once_there_is_one(project, sample, alice, bob, erin):
    factories.make_audit(sample)
    factories.label(sample, alice, 1)
    factories.label(sample, bob, 2)
    third = factories.label(sample, erin, 1)
    assert stand(sample) == ("labelled", third)
    assert first_answers(project)[sample.index].label.code == 1


def test_an_audit_that_a_reviewer_settled_goes_by_the_reviewers_word(project, sample, alice, bob, carol):
    factories.make_audit(sample)
    factories.label(sample, alice, 1)
    said = factories.label(sample, bob, 2)
    look_again(project, carol, said.pk, Decision(RELABEL, label=3))
    assert first_answers(project)[sample.index].label.code == 3


def test_the_overview_tells_of_it(project, sample, dispute, api, alice):
    tiles = api(alice).get(f"/api/projects/{project.pk}/tiles/?state=disputed").json()["features"]
    assert [(tile["id"], tile["properties"]["label"]) for tile in tiles] == [(sample.pk, None)]
    assert api(alice).get(f"/api/projects/{project.pk}/progress/").json()["counts"]["disputed"] == 1


def test_what_was_settled_before_is_left_alone(project, sample, dispute, bob):
    Sample.objects.filter(pk=sample.pk).update(state="labelled", answer=dispute[1])  # as older releases did
    assert quality(project, owner=True)["disputed"] == []
