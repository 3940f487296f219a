"""/api/projects/{id}/promise/ and acceptances/: who may promise, what they see, and the way back."""

import pytest

from annotation.models import ModelVersion
from tests import factories
from tests.promised import promise, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(project):
    return f"/api/projects/{project.pk}"


@pytest.fixture
def ready(project, bob):
    promise(project)
    publish(project, bob, audits=100, waiting=40)
    return project


def agreed(seen, **changes):
    return {**{name: seen[name] for name in ("model_version", "kind", "bound", "threshold")}, **changes}


def test_it_works(api, root, ready, alice, carol):
    seen = api(carol).get(f"{root}/promise/").json()
    assert (seen["accepted"], seen["waiting"], seen["audits"], seen["missing"]) == (40, 40, 100, 0)
    assert seen["classes"] == [
        {"code": 1, "name": "Open water", "accepted": 40, "limit": pytest.approx(0.0283, abs=1e-3)}
    ]
    assert len(seen["peek"]) == 20
    answer = api(carol).post(f"{root}/acceptances/", agreed(seen))
    assert answer.status_code == 201
    done = answer.json()
    assert (done["accepted"], done["accepted_by"], done["state"], done["checks"]) == (40, "carol", "in_force", 0)
    shown = api(carol).get(f"{root}/progress/").json()
    assert (shown["promised"], shown["acceptances"][0]["id"]) == (40, done["id"])
    back = api(alice).post(f"{root}/acceptances/{done['id']}/rollback/", {"reason": "clouds"})
    assert (back.status_code, back.json()["reason"]) == (200, "Rolled back by alice: clouds")
    assert api(carol).get(f"{root}/progress/").json()["promised"] == 0


@pytest.mark.parametrize(("name", "status"), [("mallory", 404), ("bob", 403), ("dave", 403)])
def test_strangers_and_annotators_are_refused(api, root, ready, django_user_model, name, status):
    client = api(django_user_model.objects.get_or_create(username=name)[0])
    assert client.get(f"{root}/promise/").status_code == status
    body = {"model_version": 1, "kind": "average", "bound": 0.05, "threshold": 0.5}
    assert client.post(f"{root}/acceptances/", body).status_code == status
    assert client.post(f"{root}/acceptances/1/rollback/", {}).status_code == status


def test_a_reviewer_cannot_roll_back_and_the_wrong_method_is_refused(api, root, ready, carol):
    assert api(carol).post(f"{root}/acceptances/1/rollback/", {}).status_code == 403
    assert api(carol).post(f"{root}/promise/", {}).status_code == 405


def test_accepting_twice_or_from_a_retired_version_is_a_conflict(api, root, ready, carol):
    seen = api(carol).get(f"{root}/promise/").json()
    assert api(carol).post(f"{root}/acceptances/", agreed(seen)).status_code == 201
    again = api(carol).post(f"{root}/acceptances/", agreed(seen))
    assert (again.status_code, again.json()["error"]["code"]) == (409, "overtaken")
    ModelVersion.objects.update(state="retired")
    factories.make_model_version(ready)
    late = api(carol).post(f"{root}/acceptances/", agreed(seen))
    assert (late.status_code, late.json()["error"]["message"][:29]) == (409, "Model version 1 was retired s")


def test_before_anything_is_published_the_preview_says_why_it_is_empty(api, root, project, carol):
    seen = api(carol).get(f"{root}/promise/").json()
    assert (seen["accepted"], seen["threshold"], seen["limit"], seen["peek"]) == (0, None, None, [])
    assert "settings ask for it" in seen["problem"]
    promise(project)
    assert "Nothing is published yet" in api(carol).get(f"{root}/promise/").json()["problem"]


@pytest.mark.parametrize("threshold", ["NaN", "", -1, 2, None])
def test_a_threshold_that_is_none_is_refused(api, root, ready, carol, threshold):
    body = {"model_version": 1, "kind": "average", "bound": 0.05, "threshold": threshold}
    assert api(carol).post(f"{root}/acceptances/", body, format="json").status_code in (400, 409)


def test_a_missing_acceptance_is_told(api, root, ready, alice):
    assert api(alice).post(f"{root}/acceptances/999/rollback/", {}).status_code == 404


@pytest.mark.parametrize(
    ("bound", "told"),
    [(0, "No model is without errors"), (1, "no promise"), (-0.1, "No model"), ("NaN", "A valid number")],
)
def test_a_bound_of_nothing_or_of_everything_is_refused(api, root, project, alice, bound, told):
    answer = api(alice).patch(f"{root}/", {"promise_kind": "average", "promise_bound": bound})
    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]


def test_the_owner_sets_the_promise_and_nobody_else(api, root, project, alice, carol):
    body = {"promise_kind": "confidence", "promise_bound": 0.1}
    assert api(carol).patch(f"{root}/", body).status_code == 403
    assert api(alice).patch(f"{root}/", body).status_code == 200
    project.refresh_from_db()
    assert (project.promise_kind, project.promise_bound) == ("confidence", 0.1)
    assert api(alice).patch(f"{root}/", {"promise_kind": "on my word"}).status_code == 400
