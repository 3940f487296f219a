"""Many people at once: each tile, answer and wish counts once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from annotation.models import Annotation, Member, Review
from annotation.models.projects import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once():
    """Return a function that runs another one in twenty threads and gives what they returned."""

    def run(work: Callable[[int], object], threads: int = 20) -> list:
        def closing(number: int) -> object:
            try:
                return work(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(closing, range(threads)))

    return run


@pytest.mark.django_db(transaction=True)
def test_twenty_answers_to_one_tile_leave_one(api, project, samples, bob, carol, at_once):
    clients = [api(user) for user in (bob, carol)]
    address = f"/api/projects/{project.pk}/annotations/"

    def answer(number: int) -> int:
        sent = {"sample": samples[0].pk, "label": 1 + number % 3}
        return clients[number % 2].post(address, sent).status_code

    statuses = at_once(answer)
    current = samples[0].annotations.filter(current=True)
    assert set(statuses) == {201, 409}
    assert current.count() == 1
    versions = list(samples[0].annotations.order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, len(versions) + 1))
    samples[0].refresh_from_db()
    assert samples[0].answer == current.get()


@pytest.mark.django_db(transaction=True)
def test_twenty_claims_hand_each_tile_out_once(api, project, samples, at_once):
    clients = []
    for number in range(20):
        user = factories.make_user(f"annotator{number}")
        factories.join(project, user, Role.ANNOTATOR)
        clients.append(api(user))
    answers = at_once(lambda number: clients[number].post(f"/api/projects/{project.pk}/claim/", {"count": 1}))
    held = [item["sample"] for answer in answers for item in answer.json()["queue"]]
    assert sorted(held) == sorted(sample.pk for sample in samples)


@pytest.mark.django_db(transaction=True)
def test_twenty_reviewers_accept_a_suggestion_once(api, project, samples, carol, at_once):
    rows = [
        factories.suggest(version, sample, 1)
        for version in [factories.make_model_version(project)]
        for sample in samples
    ]
    client = api(carol)
    body = {"ids": [row.pk for row in rows], "verdict": "accept"}
    answers = at_once(lambda _: client.post(f"/api/projects/{project.pk}/suggestions/review/", body).json())
    assert (
        sum(answer["changed"] for answer in answers)
        == len(rows)
        == Annotation.objects.count()
        == Review.objects.count()
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "body"),
    [("members", {"username": "mallory", "role": "viewer"}), ("classes", {"name": "Sand"}), ("model-versions", {})],
)
def test_twenty_equal_wishes_make_one_row(api, project, alice, mallory, at_once, path, body):
    client = api(alice)
    statuses = at_once(lambda _: client.post(f"/api/projects/{project.pk}/{path}/", body).status_code)
    if path == "model-versions":
        assert (set(statuses), project.jobs.count()) == ({202}, 1)
    else:
        assert (statuses.count(201), statuses.count(400)) == (1, 19)


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_show_each_other_out(api, project, alice, bob, at_once):
    Member.objects.filter(project=project, user=bob).update(role=Role.OWNER)
    members = [project.members.get(user=user) for user in (bob, alice)]
    clients = [api(user) for user in (alice, bob)]
    at_once(lambda n: clients[n].delete(f"/api/projects/{project.pk}/members/{members[n].pk}/").status_code, 2)
    assert project.members.filter(role=Role.OWNER).count() == 1
