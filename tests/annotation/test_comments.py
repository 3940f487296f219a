"""Comments: what people write of tiles reaches whoever had a hand in them, and tells nothing of audits that wait."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from annotation import comments, quality
from annotation.assigning import Choice, Wording, assign, change
from annotation.deletions import delete_project
from annotation.errors import BadSettings, NotAllowed, NotReady
from annotation.models import Comment, Sample
from annotation.models.projects import Role
from tests import factories

pytestmark = pytest.mark.django_db


def texts(user):
    return [(item["kind"], item["who"], item["text"], item["new"]) for item in comments.inbox(user)["items"]]


def test_it_works(project, samples, alice, bob, carol):
    factories.label(samples[0], bob, 1)
    comments.add_comment(samples[0], carol, "  Is this not\na pond? ")
    comments.add_comment(samples[1], carol, "Nobody else was here.")
    assert texts(bob) == [("comment", "carol", "Is this not\na pond?", True)]
    comments.add_comment(samples[0], bob, "It is.")
    assert texts(carol) == [("comment", "bob", "It is.", True)]
    comments.look_into_inbox(bob)
    assert comments.inbox(bob)["unread"] == 0
    assert [comment.text for comment in comments.comments_on(samples[0])] == ["Is this not\na pond?", "It is."]


def test_a_flag_reaches_those_who_review_until_it_is_settled(project, samples, alice, bob, carol):
    made = comments.add_comment(samples[0], bob, "Cloud?", flags=True)
    assert texts(carol) == [("flag", "bob", "Cloud?", True)]
    assert [each.pk for each in comments.flagged(project)] == [made.pk]
    comments.settle_comment(made, carol, settled=True)
    assert texts(carol) == [] and not comments.flagged(project)
    comments.settle_comment(made, carol, settled=False)
    assert len(comments.flagged(project)) == 1


def test_a_reviewers_word_reaches_the_annotator(project, samples, bob, carol):
    said = factories.label(samples[0], bob, 1)
    quality.look_again(project, carol, said.pk, quality.Decision(quality.RELABEL, value={"class": 2}))
    said = factories.label(samples[1], bob, 3)
    quality.look_again(project, carol, said.pk, quality.Decision(quality.KEEP))
    assert [text for _, _, text, _ in texts(bob)] == [
        "kept your label: Bare rock", "changed your label from Open water to Forest",
    ]  # fmt: skip
    assert texts(carol) == []


def test_of_an_audit_that_waits_nothing_is_told(project, samples, bob, carol):
    comments.add_comment(samples[0], carol, "Surely water.", flags=True)
    comments.add_comment(samples[0], bob, "Hm.")
    factories.make_audit(samples[0])
    sample = Sample.objects.get(pk=samples[0].pk)
    assert not comments.comments_on(sample)
    with pytest.raises(NotReady, match="audit that waits"):
        comments.add_comment(sample, carol, "I said so.")
    assert texts(bob) == [] and not comments.flagged(project)
    factories.label(samples[0], bob, 1)
    assert [text for _, _, text, _ in texts(bob)] == ["Surely water."]


def test_texts_are_plain_and_bounded(samples, bob):
    for text in ("", "   ", "x" * 2001, "a\x00b", "a\x1b[31m"):
        with pytest.raises((BadSettings, ValidationError)):
            comments.add_comment(samples[0], bob, text)
    assert not Comment.objects.exists()


def test_only_authors_and_owners_delete(samples, alice, bob, carol):
    made = comments.add_comment(samples[0], bob, "Mine.")
    with pytest.raises(NotAllowed):
        comments.remove_comment(made, carol, Role.REVIEWER)
    comments.remove_comment(made, alice, Role.OWNER)
    assert not Comment.objects.exists()


def test_comments_of_projects_one_left_are_not_told(project, samples, bob, carol):
    comments.add_comment(samples[0], bob, "Here.")
    comments.add_comment(samples[0], carol, "There.")
    project.members.filter(user=bob).delete()
    assert texts(bob) == []


def test_a_project_goes_with_its_comments(project, samples, bob):
    comments.add_comment(samples[0], bob, "Gone soon.")
    delete_project(project)
    assert not Comment.objects.exists()


def test_what_is_assigned_stands_in_the_inbox(project, samples, alice, bob, carol):
    member = project.members.get(user=bob).pk
    wording = Wording("The shore first", date(2030, 5, 1))
    made = assign(project, member, Choice(count=2), by=alice, wording=wording)
    words = "2 tiles to label: the next 2 of the ranking, by 2030-05-01\nThe shore first"
    assert texts(bob) == [("assignment", "alice", words, True)]
    comments.look_into_inbox(bob)
    assert comments.inbox(bob)["unread"] == 0
    change(made, by=alice, member=project.members.get(user=carol).pk, note="", due=None)
    assert (texts(bob), texts(carol)) == (
        [], [("assignment", "alice", "2 tiles to label: the next 2 of the ranking", True)],
    )  # fmt: skip
    assign(project, project.members.get(user=alice).pk, Choice(count=1), by=alice)
    assert texts(alice) == []
