"""Taking a batch of decisions back: all of it can be, but for what somebody changed since."""

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.errors import NotFound, NotReady
from annotation.labeling import Answer, submit
from annotation.models import Annotation, Project, Review, ReviewBatch, Sample, Suggestion
from annotation.models.projects import Role
from annotation.quality import Decision, look_again
from annotation.review import batches, decide, undo
from tests.factories import make_model_version, suggest
from tests.pools import make_samples


@pytest.fixture
def suggestions(project: Project) -> list[Suggestion]:
    """Return ten open suggestions of class 2."""
    version = make_model_version(project)
    return [suggest(version, sample, 2) for sample in make_samples(project, 10)]


def made(carol: AbstractBaseUser, suggestions: list[Suggestion], verdict: str = "accept", **more: object) -> int:
    """Decide on them; return the key of the batch."""
    (batch,) = decide(carol, [said.pk for said in suggestions], verdict, **more).batches.values()
    return batch.pk


def states(suggestions: list[Suggestion]) -> list[tuple[str, str]]:
    """Return the state of each and of its tile."""
    rows = Suggestion.objects.filter(pk__in=[said.pk for said in suggestions]).order_by("pk")
    return list(rows.values_list("state", "sample__state"))


def test_it_works(carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]) -> None:
    done = undo(project, carol, made(carol, suggestions), Role.REVIEWER)
    assert (done.undone, sorted(done.opened), done.left) == (10, [said.pk for said in suggestions], [])
    assert states(suggestions) == [("open", "open")] * 10
    assert not Sample.objects.filter(answer__isnull=False).exists()
    said = suggestions[0].sample.annotations.order_by("version").values_list("version", "verdict", "current", "author")
    assert list(said) == [(1, "label", False, carol.pk), (2, "retract", True, carol.pk)]
    assert Review.objects.count() == 10  # what was decided is still told


def test_corrections_and_rejections_are_taken_back_too(
    carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]
) -> None:
    corrected = made(carol, suggestions[:2], "correct", value={"class": 3})
    rejected = made(carol, suggestions[2:4], "reject")
    for batch in (corrected, rejected):
        assert undo(project, carol, batch, Role.REVIEWER).undone == 2
    assert states(suggestions[:4]) == [("open", "open")] * 4
    assert decide(carol, [said.pk for said in suggestions[:4]], "accept").changed == 4  # and decided on once more


def test_what_somebody_changed_since_stays_and_says_so(
    alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser, project: Project, suggestions
) -> None:
    batch = made(carol, suggestions[:4])
    relabelled, kept, _, free = (Sample.objects.get(pk=said.sample_id) for said in suggestions[:4])
    submit(relabelled, bob, Answer(value={"class": 1}, force=True))
    look_again(project, alice, kept.answer_id, Decision("keep"))
    done = undo(project, carol, batch, Role.REVIEWER)
    assert done.undone == 2
    assert dict(done.left) == {
        suggestions[0].pk: f"{bob} gave tile {relabelled} another label since.",
        suggestions[1].pk: f"{alice} looked at the label of tile {kept} since, and kept it.",
    }
    relabelled.refresh_from_db()
    assert (relabelled.answer.author, relabelled.answer.label.code) == (bob, 1)
    free.refresh_from_db()
    assert free.state == Sample.State.OPEN


def test_where_others_have_said_something_that_counts_again(
    bob: AbstractBaseUser, carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]
) -> None:
    project.opinions = 2
    project.save()
    sample = suggestions[0].sample
    submit(sample, bob, Answer(value={"class": 1}))
    batch = made(carol, suggestions[:1])
    undo(project, carol, batch, Role.REVIEWER)
    sample.refresh_from_db()
    assert (sample.state, sample.answer) == (Sample.State.OPEN, None)
    assert Annotation.objects.get(sample=sample, author=bob).current


def test_all_changed_since_is_refused_and_so_is_the_second_time(
    bob: AbstractBaseUser, carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]
) -> None:
    rejected = made(carol, suggestions[:1], "reject")
    submit(suggestions[0].sample, bob, Answer(value={"class": 1}))
    with pytest.raises(NotReady, match=f"None of these decisions can be taken back: {bob} gave tile"):
        undo(project, carol, rejected, Role.REVIEWER)
    accepted = made(carol, suggestions[1:])
    undo(project, carol, accepted, Role.REVIEWER)
    with pytest.raises(NotReady, match=f"{carol} took these decisions back already, on 20"):
        undo(project, carol, accepted, Role.REVIEWER)


def test_a_reviewer_undoes_their_own_and_an_owner_all(
    alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser, project: Project, suggestions
) -> None:
    batch = made(carol, suggestions)
    with pytest.raises(NotFound, match="an owner can take back everybody's"):
        undo(project, bob, batch, Role.REVIEWER)
    assert [row["may_undo"] for row in batches(project, bob, Role.REVIEWER)] == [False]
    undo(project, alice, batch, Role.OWNER)
    (row,) = batches(project, carol, Role.REVIEWER)
    told = {name: row[name] for name in ("reviewer", "verdict", "decided", "undone", "undone_by", "may_undo")}
    assert told == {
        "reviewer": "carol", "verdict": "accept", "decided": 10, "undone": 10, "undone_by": "alice", "may_undo": False,
    }  # fmt: skip


def test_a_suggestion_of_a_replaced_version_is_superseded(
    carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]
) -> None:
    batch = made(carol, suggestions[:1])
    project.model_versions.update(state="retired")
    assert undo(project, carol, batch, Role.REVIEWER).opened == []
    assert states(suggestions[:1]) == [("superseded", "open")]


def test_a_list_that_is_decided_piece_by_piece_is_one_batch(
    carol: AbstractBaseUser, project: Project, suggestions: list[Suggestion]
) -> None:
    first = decide(carol, [said.pk for said in suggestions[:5]], "accept")
    decide(carol, [said.pk for said in suggestions[5:]], "accept", batches=first.batches)
    assert ReviewBatch.objects.get().decided == 10
    assert undo(project, carol, first.batches[project.pk].pk, Role.REVIEWER).undone == 10


def test_five_hundred_take_a_handful_of_queries(
    carol: AbstractBaseUser, project: Project, django_assert_max_num_queries
) -> None:
    version = make_model_version(project)
    label = project.classes.get(code=1)
    rows = Suggestion.objects.bulk_create(
        Suggestion(model_version=version, sample=sample, value={"class": 1}, label=label, confidence=0.9)
        for sample in make_samples(project, 500)
    )
    batch = made(carol, rows)
    with django_assert_max_num_queries(30):
        assert undo(project, carol, batch, Role.REVIEWER).undone == 500
