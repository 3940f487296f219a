"""/api/join/ and the links of a project."""

import pytest
from django.test import Client

from annotation.joining import make_link
from annotation.models.projects import Role

pytestmark = pytest.mark.django_db
PASSWORD = "grey heron over water"


def test_it_works(api, project, alice):
    made = api(alice).post(f"/api/projects/{project.pk}/links/", {"role": "reviewer"}).json()
    secret = made["link"].split("/join/#")[1]
    stranger = Client()
    told = stranger.post("/api/join/", {"secret": secret}, content_type="application/json").json()
    assert told == {"project": project.pk, "name": "Lakes", "role": "Reviewer"}
    body = {"secret": secret, "accept": True, "username": "erin", "password": PASSWORD}
    assert stranger.post("/api/join/", body, content_type="application/json").status_code == 200
    assert stranger.get(f"/projects/{project.pk}/review/").status_code == 200  # logged in
    (again,) = api(alice).get(f"/api/projects/{project.pk}/links/").json()["results"] or [None]
    assert again is None


def test_the_list_never_tells_a_secret(api, project, alice):
    _, secret = make_link(project)
    told = api(alice).get(f"/api/projects/{project.pk}/links/").content.decode()
    assert secret not in told and "digest" not in told


def test_looking_uses_nothing_up_and_makes_no_member(api, project, mallory):
    _, secret = make_link(project)
    for _ in range(2):
        assert api(mallory).post("/api/join/", {"secret": secret}).status_code == 200
    assert project.role_of(mallory) is None
    assert api(mallory).post("/api/join/", {"secret": secret, "accept": True}).status_code == 200
    assert project.role_of(mallory) == Role.ANNOTATOR


def test_a_wrong_secret_is_told_so(api, project):
    answer = api().post("/api/join/", {"secret": "guess", "accept": True, "username": "erin", "password": PASSWORD})
    assert answer.status_code == 404
    assert "Ask whoever sent it" in answer.json()["error"]["message"]
