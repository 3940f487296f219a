"""What webhooks are told: derived from rows, each row once, also those that are committed late."""

import threading

import pytest
from django.db import connection, transaction

from annotation.hooks import change_webhook, gather, make_webhook
from annotation.models import Annotation, Delivery, Release
from annotation.models.webhooks import EventKind
from tests import factories

pytestmark = pytest.mark.django_db
ALL = [EventKind.LABELS, EventKind.VERSION, EventKind.RELEASE]


def hook(project, user, events=ALL):
    """Return a webhook."""
    return make_webhook(project, url="https://example.org/hook", events=events, by=user)[0]


def gather_all() -> list[Delivery]:
    """Look twice, as the clock does: what the first look sees, the second one tells."""
    gather()
    gather()
    return list(Delivery.objects.order_by("id"))


def test_it_works(project, samples, alice, bob):
    before = factories.label(samples[0], bob, 1)
    row = hook(project, alice)
    made = [factories.label(sample, bob, 2) for sample in samples[1:4]]
    (told,) = gather_all()
    assert told.kind == EventKind.LABELS and told.webhook == row
    assert told.content == {
        "project": project.pk, "name": "Lakes", "count": 3, "annotations": [each.pk for each in made],
        "samples": [each.pk for each in samples[1:4]], "after": before.pk,
    }  # fmt: skip
    assert gather_all() == [told]


def test_labels_are_told_by_the_hundred_each_once(project, alice, bob):
    row = hook(project, alice)
    factories.label_all(factories.make_tiles(project, 25, 10), bob)
    told = gather_all()
    assert [each.content["count"] for each in told] == [100, 100, 50]
    ids = [pk for each in told for pk in each.content["annotations"]]
    assert ids == list(Annotation.objects.order_by("pk").values_list("pk", flat=True))
    assert [each.content["after"] for each in told][1:] == [ids[99], ids[199]]
    row.refresh_from_db()
    assert row.labels_told == ids[-1]


def test_labels_of_another_project_are_not_told(project, samples, alice, bob, mallory, tmp_path):
    theirs = factories.make_project(mallory, name="Elsewhere")
    hook(theirs, mallory)
    factories.label(samples[0], bob, 1)
    assert gather_all() == []


def test_only_what_was_chosen_is_told(project, samples, alice, bob):
    hook(project, alice, [EventKind.VERSION])
    factories.label(samples[0], bob, 1)
    factories.make_model_version(project)
    assert [each.kind for each in gather_all()] == [EventKind.VERSION]


def test_a_published_version_is_told_and_so_is_the_way_back(project, alice):
    first = factories.make_model_version(project)
    hook(project, alice)
    assert gather_all() == []
    first.state = "retired"
    first.save()
    second = factories.make_model_version(project)
    assert [each.content["number"] for each in gather_all()] == [2]
    second.state, first.state = "retired", "published"
    second.save()
    first.save()
    assert [each.content["number"] for each in gather_all()] == [2, 1]


def test_each_release_is_told(project, alice):
    hook(project, alice)
    for number in (1, 2):
        export = project.exports.create(format="release", sha256=str(number) * 64)
        Release.objects.create(project=project, number=number, export=export, content="c" * 64, licence="CC0-1.0")
    told = gather_all()
    assert [(each.content["number"], each.content["sha256"][0]) for each in told] == [(1, "1"), (2, "2")]


def test_while_it_pauses_nothing_is_written_and_later_nothing_is_missing(project, samples, alice, bob):
    row = hook(project, alice)
    change_webhook(row, active=False)
    made = factories.label(samples[0], bob, 1)
    assert gather_all() == []
    change_webhook(row, active=True)
    assert [each.content["annotations"] for each in gather_all()] == [[made.pk]]


@pytest.mark.django_db(transaction=True)
def test_a_label_that_is_committed_late_is_told_too(project, samples, alice, bob, carol):
    hook(project, alice)
    written, seen = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                factories.label(samples[0], bob, 1)
                written.set()
                seen.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert written.wait(20)
    factories.label(samples[1], carol, 1)
    assert gather_all() + gather_all() == []  # the earlier number is still to come
    seen.set()
    thread.join()
    ids = [pk for each in gather_all() for pk in each.content["annotations"]]
    assert ids == list(Annotation.objects.order_by("pk").values_list("pk", flat=True)) and len(ids) == 2
