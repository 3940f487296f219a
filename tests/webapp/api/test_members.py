"""/api/projects/{id}/members/."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/members/"


def test_it_works(api, project, address, alice, mallory):
    answer = api(alice).post(address, {"username": "mallory", "role": "viewer"})
    assert answer.status_code == 201
    assert project.role_of(mallory) == "viewer"


def test_nobody_changes_their_own_role(api, project, address, alice):
    mine = project.members.get(user=alice)
    assert api(alice).patch(f"{address}{mine.pk}/", {"role": "viewer"}).status_code == 403
    assert api(alice).delete(f"{address}{mine.pk}/").status_code == 403


def test_an_annotator_cannot_promote_themselves(api, project, address, bob):
    mine = project.members.get(user=bob)
    assert api(bob).patch(f"{address}{mine.pk}/", {"role": "owner"}).status_code == 403
    assert project.role_of(bob) == "annotator"


def test_the_last_owner_stays(api, project, address, alice, django_user_model):
    boss = django_user_model.objects.create_superuser("boss", password="x")
    mine = project.members.get(user=alice)
    assert api(boss).delete(f"{address}{mine.pk}/").status_code == 400
    assert api(boss).patch(f"{address}{mine.pk}/", {"role": "viewer"}).status_code == 400
    assert project.role_of(alice) == "owner"


def test_a_person_without_account_is_told(api, address, alice):
    answer = api(alice).post(address, {"username": "nobody"})
    assert answer.status_code == 400
    assert "nobody" in answer.json()["error"]["message"]


def test_the_second_time_is_told(api, address, alice):
    answer = api(alice).post(address, {"username": "bob"})
    assert answer.status_code == 400
    assert "already exists" in answer.json()["error"]["message"]


def test_a_member_of_another_project_is_missing(api, project, address, alice, mallory):
    from tests import factories

    theirs = factories.make_project(mallory, name="Elsewhere").members.get()
    assert api(alice).delete(f"{address}{theirs.pk}/").status_code == 404
