"""A second look at labels: keep one, or relabel its tile by the way of every answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.errors import BadAnswer, NotFound, NotReady
from annotation.insights import store
from annotation.labeling.leases import hold
from annotation.models import Annotation, Project, Review, Sample
from annotation.quality import KEEP, RELABEL, Decision, look_again, quality, take_back
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(project, samples, bob) -> Annotation:
    """Return bob's label on the first tile, under suspicion."""
    given = factories.label(samples[0], bob, 1)
    suspect(project, given)
    return given


def suspect(project: Project, *annotations: Annotation) -> None:
    """Put labels on the list."""
    items = [
        {"kind": "model", "annotation": said.pk, "sample": said.sample_id, "given": 1, "suggested": 2}
        for said in annotations
    ]
    store(project, "quality", {"round": 0, "suspects": items, "agreement": {}, "people": [1], "habits": [2]})


def listed(project: Project) -> list[int]:
    """Return the annotations on the list."""
    return [item["annotation"] for item in quality(project, owner=False)["found"]["suspects"]]


def test_it_works(project, said, carol):
    review = look_again(project, carol, said.pk, Decision(RELABEL, label=2, seconds=3.5))
    result = review.result
    assert (result.author, result.label.code, result.provenance, result.seconds) == (carol, 2, "human", 3.5)
    sample = Sample.objects.get(pk=said.sample_id)
    assert (sample.answer, sample.state) == (result, Sample.State.LABELLED)
    said.refresh_from_db()
    assert (said.current, said.label.code) == (True, 1)  # bob's word stays his
    assert (review.annotation, review.verdict) == (said, Review.Verdict.CORRECT)
    assert listed(project) == []


def test_a_kept_label_is_not_offered_again(project, said, carol):
    assert listed(project) == [said.pk]
    look_again(project, carol, said.pk, Decision(KEEP))
    suspect(project, said)  # the worker finds it again
    assert listed(project) == []
    assert Sample.objects.get(pk=said.sample_id).answer == said


def test_what_a_reviewer_gave_is_not_offered_again(project, said, carol):
    result = look_again(project, carol, said.pk, Decision(RELABEL, label=2)).result
    suspect(project, result)
    assert listed(project) == []


def test_the_second_time_is_refused(project, said, carol):
    look_again(project, carol, said.pk, Decision(RELABEL, label=2))
    with pytest.raises(NotReady, match="another answer by now"):
        look_again(project, carol, said.pk, Decision(RELABEL, label=3))
    assert Review.objects.count() == 1


def test_a_label_that_was_changed_meanwhile_is_off_the_list(project, said, bob, carol):
    factories.label(said.sample, bob, 3)
    assert listed(project) == []
    with pytest.raises(NotReady):
        look_again(project, carol, said.pk, Decision(KEEP))


def test_an_author_may_correct_their_own(project, samples, carol):
    own = factories.label(samples[1], carol, 1)
    result = look_again(project, carol, own.pk, Decision(RELABEL, label=3)).result
    assert (result.version, result.label.code) == (2, 3)


def test_the_same_class_is_kept_not_given(project, said, carol):
    with pytest.raises(BadAnswer, match="keep it instead"):
        look_again(project, carol, said.pk, Decision(RELABEL, label=1))
    assert Review.objects.count() == 0


def test_a_reviewer_outweighs_several_opinions(project, samples, alice, bob, carol):
    project.opinions = 2
    project.save()
    first, second = factories.label(samples[0], bob, 1), factories.label(samples[0], alice, 1)
    assert Sample.objects.get(pk=samples[0].pk).answer in (first, second)
    counting = Sample.objects.get(pk=samples[0].pk).answer_id
    result = look_again(project, carol, counting, Decision(RELABEL, label=3)).result
    assert Sample.objects.get(pk=samples[0].pk).answer == result


def test_rows_of_other_projects_are_missing(said, carol):
    other = factories.make_project(carol, name="Elsewhere")
    with pytest.raises(NotFound):
        look_again(other, carol, said.pk, Decision(KEEP))


def test_people_are_shown_to_owners_only(project, said):
    assert not {"people", "habits"} & quality(project, owner=False)["found"].keys()
    assert quality(project, owner=True)["found"]["people"] == [1]


def test_a_keep_is_taken_back(project, said, carol):
    review = look_again(project, carol, said.pk, Decision(KEEP))
    take_back(project, carol, review.pk)
    assert listed(project) == [said.pk]
    assert quality(project, owner=False)["reviewed"] == 0
    with pytest.raises(NotFound, match="second look of yours"):
        take_back(project, carol, review.pk)


def test_a_new_label_is_taken_back_and_the_old_one_counts_again(project, said, carol):
    review = look_again(project, carol, said.pk, Decision(RELABEL, label=2))
    take_back(project, carol, review.pk)
    assert Sample.objects.get(pk=said.sample_id).answer == said
    assert listed(project) == [said.pk]
    assert [one.verdict for one in Annotation.objects.filter(author=carol)] == ["label", "retract"]  # history stays
    assert not project.leases.exists()


def test_nobody_takes_back_what_another_decided(project, said, alice, carol):
    review = look_again(project, carol, said.pk, Decision(KEEP))
    with pytest.raises(NotFound):
        take_back(project, alice, review.pk)
    with pytest.raises(NotFound):
        take_back(factories.make_project(carol, name="Elsewhere"), carol, review.pk)


def test_a_new_label_that_counts_no_more_stays(project, said, bob, carol):
    review = look_again(project, carol, said.pk, Decision(RELABEL, label=2))
    factories.label(said.sample, bob, 3, force=True)
    with pytest.raises(NotReady, match="another answer by now"):
        take_back(project, carol, review.pk)
    assert Review.objects.count() == 1


def test_a_correction_of_ones_own_label_is_taken_back_too(project, samples, carol):
    own = factories.label(samples[1], carol, 1)
    suspect(project, own)
    review = look_again(project, carol, own.pk, Decision(RELABEL, label=3))
    take_back(project, carol, review.pk)
    answer = Sample.objects.get(pk=own.sample_id).answer
    assert (answer.label.code, answer.version, answer.author) == (1, 3, carol)
    assert listed(project) == [answer.pk]
    versions = own.sample.annotations.order_by("version").values_list("label__code", "current")
    assert list(versions) == [(1, False), (3, False), (1, True)]  # history stays
    assert look_again(project, carol, answer.pk, Decision(KEEP)).verdict == Review.Verdict.ACCEPT


def test_leases_are_locked_before_a_job_is_asked_for_as_claims_do(project, said, carol):
    project.refit_every = 1
    project.save()
    review = look_again(project, carol, said.pk, Decision(RELABEL, label=2))
    project.jobs.update(state="done")  # the new label asked for a refit
    hold(said.sample, carol, shown=True)
    with CaptureQueriesContext(connection) as asked:
        take_back(project, carol, review.pk)
    touched = [sql for row in asked.captured_queries if "_lease" in (sql := row["sql"]) or "_job" in sql]
    ordered = [sql.startswith('DELETE FROM "annotation_lease"') for sql in touched if not sql.startswith("SELECT")]
    assert ordered[0]
    assert any(sql.startswith('INSERT INTO "annotation_job"') for sql in touched)
    assert not said.sample.leases.exists()
