"""Audits that two people answer, the second without a hint of what the first one said."""

import numpy as np
import pytest
from django.test import Client

from annotation.doubles import ask_twice
from annotation.labeling import claim
from annotation.models import AuditDraw, Sample
from annotation.promises.drawing import draw_audits
from tests import factories
from tests.pools import paint

pytestmark = pytest.mark.django_db


@pytest.fixture
def double(samples) -> Sample:
    """Return an audit that two people answer."""
    AuditDraw.objects.create(sample=samples[4], probability=0.1, pool=12, opinions=2)
    return samples[4]


def test_it_works(project, double, alice, bob):
    factories.label(double, bob, 1)
    double.refresh_from_db()
    assert (double.state, double.answer) == (Sample.State.OPEN, None)
    second = factories.label(double, alice, 2)
    double.refresh_from_db()
    assert (double.state, double.answer) == (Sample.State.LABELLED, second)


def test_it_is_handed_to_a_second_person_and_not_to_the_first_again(project, double, alice, bob):
    factories.make_round(project, [double])
    factories.label(double, bob, 1)
    assert double.pk not in [lease.sample_id for lease in claim(project, bob, count=12).queue]
    assert double.pk in [lease.sample_id for lease in claim(project, alice, count=1).queue]


def test_the_second_person_is_never_told_of_a_conflict(project, double, alice, bob, api):
    factories.label(double, bob, 1)
    sent = {"sample": double.pk, "label": 2, "base": None}
    assert api(alice).post(f"/api/projects/{project.pk}/annotations/", sent).status_code == 201


def words_on(project, double, client: Client) -> str:
    """Return all that a person can read of what was said about a tile, without the tile's own numbers."""
    root = f"/api/projects/{project.pk}"
    addresses = [
        f"{root}/samples/{double.pk}/", f"{root}/annotations/?sample={double.pk}", f"{root}/tiles/",
        f"{root}/progress/", "/admin/annotation/annotation/",
    ]  # fmt: skip
    return "".join(client.get(address).content.decode() for address in addresses)


@pytest.mark.parametrize("person", ["alice", "carol", "dave"])
def test_nobody_reads_the_first_answer_before_the_second_is_given(
    project, double, person, alice, bob, django_user_model
):
    reader = django_user_model.objects.get(username=person)
    reader.is_staff = True
    reader.save()
    client = Client()
    client.force_login(reader)
    said = factories.label(double, bob, 3, reason="of glacial origin")
    root = f"/api/projects/{project.pk}"
    assert client.get(f"{root}/samples/{double.pk}/").json()["annotations"] == []
    assert client.get(f"{root}/annotations/?sample={double.pk}").json()["count"] == 0
    (tile,) = [
        item["properties"] for item in client.get(f"{root}/tiles/").json()["features"] if item["id"] == double.pk
    ]
    assert (tile["label"], tile["state"]) == (None, "open")
    assert "of glacial origin" not in words_on(project, double, client)
    assert client.get(f"/admin/annotation/annotation/{said.pk}/change/").status_code != 200
    factories.label(double, alice, 2)
    assert len(client.get(f"{root}/samples/{double.pk}/").json()["annotations"]) == 2


def test_the_first_person_still_reads_their_own(project, double, bob, api):
    factories.label(double, bob, 3)
    shown = api(bob).get(f"/api/projects/{project.pk}/samples/{double.pk}/").json()
    assert [said["label"] for said in shown["annotations"]] == [3]


def test_nobody_is_asked_twice_before_two_people_label(project, samples, alice, bob):
    project.double_share = 1.0
    project.save()
    drawn = [samples[6].pk, samples[7].pk]
    for pk in drawn:
        AuditDraw.objects.create(sample_id=pk, probability=0.1, pool=12)
    assert ask_twice(project, drawn, np.random.default_rng(0)) == 0
    factories.label(samples[0], bob, 1)
    assert ask_twice(project, drawn, np.random.default_rng(0)) == 0
    factories.label(samples[1], alice, 1)
    assert ask_twice(project, drawn, np.random.default_rng(0)) == 2


def test_people_who_left_do_not_count(project, samples, alice, bob):
    project.double_share = 1.0
    project.save()
    factories.label(samples[0], bob, 1)
    factories.label(samples[1], alice, 1)
    project.members.filter(user=bob).delete()
    factories.make_audit(samples[6])
    assert ask_twice(project, [samples[6].pk], np.random.default_rng(0)) == 0


def test_the_share_is_kept_on_average(project, samples, alice, bob):
    factories.label(samples[0], bob, 1)
    factories.label(samples[1], alice, 1)
    for sample in samples[2:]:
        factories.make_audit(sample)
    project.double_share = 0.3
    fresh = [sample.pk for sample in samples[2:]]
    asked = sum(ask_twice(project, fresh, np.random.default_rng(seed)) for seed in range(200))
    assert 0.25 < asked / 2000 < 0.35


def test_masks_are_painted_twice_too_and_nobody_sees_the_first(project, samples, alice, bob, api):
    factories.label(samples[0], bob, 1)
    factories.label(samples[1], alice, 1)
    factories.make_audit(samples[6])
    project.double_share, project.task = 1.0, "masks"
    project.save()
    assert ask_twice(project, [samples[6].pk], np.random.default_rng(0)) == 1
    painted = Sample.objects.get(pk=samples[6].pk)
    first = paint(painted, bob, np.full((32, 32), 1, np.uint8))
    address = f"/projects/{project.pk}/samples/{painted.pk}/mask.png?annotation={first.pk}"
    assert (api(alice).get(address).status_code, api(bob).get(address).status_code) == (404, 200)
    second = paint(painted, alice, np.full((32, 32), 2, np.uint8))
    painted.refresh_from_db()
    assert (painted.state, painted.answer) == (Sample.State.LABELLED, second)
    assert api(alice).get(address).status_code == 200


def test_drawing_audits_asks_twice(project, samples, alice, bob):
    factories.label(samples[0], bob, 1)
    factories.label(samples[1], alice, 1)
    project.double_share, project.audit_share = 1.0, 0.5
    project.save()
    assert draw_audits(project, seed=1) > 0
    assert set(AuditDraw.objects.values_list("opinions", flat=True)) == {2}
