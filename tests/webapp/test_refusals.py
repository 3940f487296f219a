"""What is said of pages that are refused or not there."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    """Return a function that gives the browser of somebody."""

    def made(user):
        client = Client()
        client.force_login(user)
        return client

    return made


def test_it_works_on_an_address_that_there_is_not(browser, alice):
    answer = browser(alice).get("/nothing/here/")
    assert answer.status_code == 404
    assert "Not on this map" in answer.content.decode()
    assert "urlpatterns" not in answer.content.decode()


def test_tracebacks_are_shown_to_nobody_who_did_not_ask_for_them():
    assert settings.DEVELOPMENT
    assert not settings.DEBUG


def test_a_member_keeps_the_tabs_of_the_project(browser, project, dave):
    told = browser(dave).get(f"/projects/{project.pk}/settings/").content.decode()
    assert "Not for your role" in told
    assert f'href="/projects/{project.pk}/imagery/"' in told
    assert f'href="/projects/{project.pk}/settings/"' not in told


def test_a_stranger_learns_nothing_of_the_project(browser, project, mallory):
    answer = browser(mallory).get(f"/projects/{project.pk}/settings/")
    assert answer.status_code == 404
    assert project.name not in answer.content.decode()


@pytest.mark.parametrize("address", ["/api/nothing/", "/api/projects/x/"])
def test_programs_are_told_as_json(browser, alice, address):
    answer = browser(alice).get(address)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert "/api/docs/" in answer.json()["error"]["message"]


def test_a_form_without_its_proof_is_told_what_to_do(alice):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "alice", "password": "x"})
    assert answer.status_code == 403
    assert "Load it again" in answer.content.decode()
