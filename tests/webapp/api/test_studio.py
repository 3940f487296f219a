"""/api/projects/{id}/label-studio/: what Label Studio 1.x sends to an ML backend, and what it hears."""

import base64

import pytest
from django.test import Client

from annotation.models.projects import Role
from annotation.tokens import issue
from tests import factories
from tests.annotation.test_studio import BRUSH, CHOICES

pytestmark = pytest.mark.django_db


def by_password(key: str) -> Client:
    """Return a program that sends a key as the password of HTTP Basic."""
    return Client(headers={"authorization": f"Basic {base64.b64encode(f'token:{key}'.encode()).decode()}"})


@pytest.fixture
def program(project, dave):
    """Return what asks as Label Studio does: JSON, with a key of the project as the password of HTTP Basic."""
    key = issue(dave, name="Label Studio", scope="read", project=project)[1]
    client = by_password(key)
    return lambda name, body: client.post(
        f"/api/projects/{project.pk}/label-studio/{name}", body, content_type="application/json"
    )


def asked(project, *data: object, config: str = CHOICES) -> dict:
    """Return a request for predictions."""
    tasks = [
        {"id": number, "data": each, "meta": {}, "created_at": "2026-01-01T00:00:00Z", "is_labeled": False,
         "project": 7, "annotations": [], "predictions": []}
        for number, each in enumerate(data, 1)
    ]  # fmt: skip
    params = {"login": "them", "password": "theirs", "context": None}
    return {"tasks": tasks, "model_version": None, "project": "7.1767225600", "label_config": config, "params": params}


def test_it_works(program, project, samples):
    version = factories.make_model_version(project)
    factories.suggest(version, samples[3], 2, 0.8)
    setup = program("setup", {
        "project": "7.1767225600", "schema": CHOICES, "hostname": "http://studio:8080", "access_token": "theirs",
        "extra_params": None,
    })  # fmt: skip
    assert setup.json() == {"model_version": f"terrascribe-{project.pk}-v1", "unknown_classes": ["Bare rock"]}
    cell = samples[3].tile
    body = asked(
        project, {"picture": f"/data/upload/7/0a1b2c3d-scene-c{cell.column}-r{cell.row}.png"},
        {"picture": "http://169.254.169.254/latest/meta-data/"}, {"picture": "x", "sample": samples[4].pk},
    )  # fmt: skip
    answer = program("predict", body)
    assert answer.status_code == 200
    first, strange, silent = answer.json()["results"]
    assert first["result"][0]["value"] == {"choices": ["woods"]} and first["score"] == 0.8
    assert strange["result"] == [] and "no such tile" in strange["reason"]
    assert silent["result"] == [] and silent["model_version"] == f"terrascribe-{project.pk}-v1"


def test_it_is_up_and_names_its_version(api, project, dave):
    own = f"/api/projects/{project.pk}/label-studio"
    for path in ("/", "/health"):
        assert api(dave).get(own + path).json() == {"status": "UP", "model_class": "Terrascribe", "project": "Lakes"}
    assert api(dave).get(f"{own}/versions").json() == {"versions": [f"terrascribe-{project.pk}-none"]}


def test_events_and_training_are_answered(program):
    event = {"action": "ANNOTATION_CREATED", "annotation": {"result": []}, "project": {"id": 7, "label_config": "x"}}
    for name, body in (("webhook", event), ("train", {"annotations": [], "project": "7.1"})):
        answer = program(name, body)
        assert answer.status_code == 200 and "page Imports" in answer.json()["message"]


def test_a_configuration_without_a_place_for_the_labels_is_refused(program):
    answer = program("setup", {"project": "7.1", "schema": BRUSH})
    assert answer.status_code == 400
    assert "needs a control Choices or Taxonomy" in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [{}, {"tasks": []}, {"tasks": [1], "label_config": CHOICES}, [],
                                  {"tasks": [{}] * 1001, "label_config": CHOICES}])  # fmt: skip
def test_garbage_is_refused(program, body):
    assert program("predict", body).status_code == 400


def test_no_task_makes_a_request(program, project, samples, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setattr("socket.socket.connect", refuse)
    body = asked(project, {"picture": f"http://127.0.0.1:9/projects/{project.pk}/samples/{samples[0].pk}/chip.png"})
    assert program("predict", body).status_code == 200


def test_a_token_of_another_project_opens_none(project, alice, dave):
    other = factories.make_project(alice, name="Elsewhere")
    factories.join(other, dave, Role.VIEWER)
    key = issue(dave, name="Label Studio", scope="own", project=other)[1]
    client = by_password(key)
    assert client.get(f"/api/projects/{project.pk}/label-studio/health").status_code == 404
    body = asked(project, {"sample": 1})
    address = f"/api/projects/{project.pk}/label-studio/predict"
    assert client.post(address, body, content_type="application/json").status_code == 404
