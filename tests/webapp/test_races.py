"""Many people at once: each tile, answer and wish counts once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from annotation.errors import NotFound
from annotation.models import Annotation, Member, Project, Review, Sample
from annotation.models.projects import Role
from annotation.rounds import Place, Ranking, write_round
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
    rows = {
        "members": project.invitations,
        "classes": project.classes.filter(name="Sand"),
        "model-versions": project.jobs,
    }
    assert rows[path].count() == 1
    assert sorted(statuses) == ([201] + 19 * [400] if path == "classes" else 20 * [202])


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_show_each_other_out(api, project, alice, bob, at_once):
    Member.objects.filter(project=project, user=bob).update(role=Role.OWNER)
    members = [project.members.get(user=user) for user in (bob, alice)]
    clients = [api(user) for user in (alice, bob)]
    at_once(lambda n: clients[n].delete(f"/api/projects/{project.pk}/members/{members[n].pk}/").status_code, 2)
    assert project.members.filter(role=Role.OWNER).count() == 1


def hammer(clients, project, samples, at_once, harm, *, after: float = 0.05) -> tuple[list[tuple[int, int]], int]:
    """Let everybody answer all tiles over and over while one thread does harm; return answers kept, and its status."""
    address = f"/api/projects/{project.pk}/annotations/"
    begun = threading.Barrier(len(clients) + 1)

    def work(number: int) -> object:
        begun.wait()
        if number == len(clients):
            time.sleep(after)
            return harm()
        answers = []
        for at in range(len(samples)):
            sample = samples[(at * 5 + number * 3) % len(samples)]
            sent = {"sample": sample.pk, "label": 1 + at % 3, "force": True}
            answers.append((sample.pk, clients[number].post(address, sent).status_code))
            clients[number].post(f"/api/projects/{project.pk}/claim/", {"count": 3})
        return answers

    *answers, status = at_once(work, len(clients) + 1)
    return [answer for each in answers for answer in each], status


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("opinions", "after"), [(1, 0.0), (2, 0.0), (1, 0.3)])
def test_no_acknowledged_label_vanishes_with_a_scene(api, project, scene, samples, alice, at_once, opinions, after):
    Project.objects.filter(pk=project.pk).update(opinions=opinions, refit_every=1)
    clients = staff(api, project, 8)
    owner = api(alice)
    owner.raise_request_exception = False
    address = f"/api/projects/{project.pk}/scenes/{scene.pk}/"
    remove = lambda: owner.delete(address).status_code  # noqa: E731
    answers, status = hammer(clients, project, samples, at_once, remove, after=after)
    assert {code for _, code in answers} <= {201, 404, 409}
    kept = {pk for pk, code in answers if code == 201}
    assert set(Annotation.objects.values_list("sample", flat=True)) == kept
    assert status == (400 if kept else 204)
    assert project.samples.count() == (12 if kept else 0)


@pytest.mark.django_db(transaction=True)
def test_a_project_can_be_deleted_while_people_label(api, project, scene, samples, alice, at_once):
    Project.objects.filter(pk=project.pk).update(refit_every=1)
    clients = staff(api, project, 8)
    owner = api(alice)
    owner.raise_request_exception = False
    address = f"/api/projects/{project.pk}/"
    answers, status = hammer(clients, project, samples, at_once, lambda: owner.delete(address).status_code)
    assert status == 204
    assert {code for _, code in answers} <= {201, 404, 409}
    assert not (Project.objects.exists() or Sample.objects.exists() or Annotation.objects.exists())


@pytest.mark.django_db(transaction=True)
def test_a_project_can_be_deleted_while_rounds_land_and_tiles_are_taken(api, project, scene, samples, alice, at_once):
    clients = staff(api, project, 8)
    owner = api(alice)
    owner.raise_request_exception = False
    root = f"/api/projects/{project.pk}/"

    def work(number: int) -> int:
        if number == len(clients):
            time.sleep(0.05)
            return owner.delete(root).status_code
        for at in range(12):
            if number < 2:
                with suppress(NotFound):
                    write_round(project, ranking(samples))
            else:
                status = clients[number].post(f"{root}samples/{samples[at].pk}/claim/").status_code
                assert status in (200, 404, 409), status
        return 0

    assert at_once(work, len(clients) + 1)[-1] == 204
    assert not Project.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_scene_is_removed_once(api, project, scene, alice, at_once):
    client = api(alice)
    address = f"/api/projects/{project.pk}/scenes/{scene.pk}/"
    statuses = at_once(lambda _: client.delete(address).status_code, 5)
    assert (statuses.count(204), statuses.count(404)) == (1, 4)


def staff(api, project, number: int) -> list:
    """Return clients of so many annotators."""
    clients = []
    for at in range(number):
        user = factories.make_user(f"annotator{at}")
        factories.join(project, user, Role.ANNOTATOR)
        clients.append(api(user))
        clients[-1].raise_request_exception = False
    return clients


def ranking(samples) -> Ranking:
    """Return an order of these samples."""
    places = [Place(sample.pk, 1.0, "") for sample in samples]
    return Ranking(places, "margin", 0, "e" * 64, labels=0, classes=0, candidates=len(places))
