"""/api/projects/{id}/members/."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation import members
from annotation.errors import BadSettings, NotFound
from annotation.members import accept, invite
from annotation.models import Invitation

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/members/"


def test_it_works(api, project, address, alice, mallory):
    invited = api(alice).post(address, {"username": "mallory", "role": "viewer"})
    assert invited.status_code == 202
    assert project.role_of(mallory) is None
    assert api(mallory).get(f"/api/projects/{project.pk}/").status_code == 404
    (mine,) = api(mallory).get("/api/invitations/").json()["results"]
    assert (mine["project"], mine["role"], mine["invited_by"]) == ("Lakes", "viewer", "alice")
    accepted = api(mallory).post(f"/api/invitations/{mine['id']}/accept/")
    assert (accepted.status_code, accepted.json()) == (200, {"project": project.pk})
    assert project.role_of(mallory) == "viewer"
    assert api(alice).get(f"/api/projects/{project.pk}/invitations/").json()["count"] == 0


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


def test_who_invites_learns_nothing_of_accounts(api, project, address, alice, mallory):
    told = {}
    for name in ("mallory", "nobody"):
        with CaptureQueriesContext(connection) as asked:
            answer = api(alice).post(address, {"username": name, "role": "viewer"})
        told[name] = (answer.status_code, answer.json().keys(), answer.json()["username"] == name, len(asked))
    assert told["mallory"] == told["nobody"]
    assert told["mallory"][0] == 202
    listed = api(alice).get(f"/api/projects/{project.pk}/invitations/").json()["results"]
    assert [row["username"] for row in listed] == ["mallory", "nobody"]


def test_declining_tells_the_owner_nothing(api, project, alice, mallory):
    before = invite(project, by=alice, username="mallory", role="viewer")
    listed = api(alice).get(f"/api/projects/{project.pk}/invitations/").json()
    assert api(mallory).post(f"/api/invitations/{before.pk}/decline/").status_code == 204
    assert api(alice).get(f"/api/projects/{project.pk}/invitations/").json() == listed
    assert api(mallory).get("/api/invitations/").json()["count"] == 0
    assert api(mallory).post(f"/api/invitations/{before.pk}/accept/").status_code == 404
    assert project.role_of(mallory) is None


def test_a_withdrawn_invitation_opens_nothing(api, project, alice, mallory):
    row = invite(project, by=alice, username="mallory", role="owner")
    assert api(alice).delete(f"/api/projects/{project.pk}/invitations/{row.pk}/").status_code == 204
    assert api(mallory).post(f"/api/invitations/{row.pk}/accept/").status_code == 404
    assert project.role_of(mallory) is None
    assert api(alice).delete(f"/api/projects/{project.pk}/invitations/{row.pk}/").status_code == 404


def test_nobody_accepts_what_is_for_another(api, project, alice, mallory, django_user_model):
    row = invite(project, by=alice, username="eve", role="owner")
    for what in ("accept", "decline"):
        assert api(mallory).post(f"/api/invitations/{row.pk}/{what}/").status_code == 404
    eve = django_user_model.objects.create_user("eve")
    assert api(eve).get("/api/invitations/").json()["count"] == 1


def test_asking_again_changes_the_role(api, project, address, alice, mallory):
    first = api(alice).post(address, {"username": "mallory", "role": "owner"}).json()
    again = api(alice).post(address, {"username": "mallory", "role": "viewer"}).json()
    assert first["id"] == again["id"]
    accept(mallory, first["id"])
    assert project.role_of(mallory) == "viewer"
    with pytest.raises(NotFound):
        accept(mallory, first["id"])


def test_an_invitation_ends_after_a_month(project, alice, mallory):
    row = invite(project, by=alice, username="mallory", role="viewer")
    Invitation.objects.update(invited_at=row.invited_at - timedelta(days=31))
    with pytest.raises(NotFound):
        accept(mallory, row.pk)
    invite(project, by=alice, username="eve", role="viewer")
    assert [each.username for each in project.invitations.all()] == ["eve"]


def test_so_many_wait_at_the_most(project, alice, monkeypatch):
    monkeypatch.setattr(members, "MOST_WAITING", 1)
    invite(project, by=alice, username="mallory", role="viewer")
    invite(project, by=alice, username="mallory", role="owner")
    with pytest.raises(BadSettings, match="withdraw some"):
        invite(project, by=alice, username="eve", role="viewer")


def test_who_is_a_member_is_not_invited(api, address, alice):
    answer = api(alice).post(address, {"username": "bob"})
    assert answer.status_code == 400
    assert "is a member already" in answer.json()["error"]["message"]


def test_a_member_of_another_project_is_missing(api, project, address, alice, mallory):
    from tests import factories

    theirs = factories.make_project(mallory, name="Elsewhere").members.get()
    assert api(alice).delete(f"{address}{theirs.pk}/").status_code == 404
