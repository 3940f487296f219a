"""/api/projects/{id}/claim/: what is served next, and what it tells."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.models import Round
from annotation.tokens import issue
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/claim/"


def test_it_works(api, project, address, samples, bob):
    factories.make_round(project, samples[::-1])
    factories.suggest(factories.make_model_version(project), samples[-1], 2, 0.7)
    shown = api(bob).post(address, {"count": 3}).json()
    assert [item["index"] for item in shown["queue"]] == [11, 10, 9]
    assert (shown["round"], shown["open"], shown["dropped"]) == (1, 12, [])
    first = shown["queue"][0]
    assert first["reason"] == "margin 0.01"
    assert first["suggestion"]["label"] == 2
    assert (first["tile_px"], first["on_map"], first["audit"]) == (32, True, False)
    scene = first["scenes"][0]
    assert [item["name"] for item in scene["composites"]] == ["true"]
    assert (scene["sensor"], scene["modality"], scene["kind"]) == ("rgb", "optical", "raster")
    assert first["outline"]["type"] == "Polygon"
    assert first["mine"] is None


def test_an_audit_comes_without_any_hint(api, project, address, samples, bob):
    factories.make_round(project, samples)
    factories.suggest(factories.make_model_version(project), samples[0], 2)
    factories.make_audit(samples[0])
    first = api(bob).post(address, {"count": 1}).json()["queue"][0]
    assert (first["sample"], first["audit"], first["reason"], first["suggestion"]) == (samples[0].pk, True, "", None)


def test_two_people_never_get_the_same(api, project, address, samples, bob, carol):
    factories.make_round(project, samples)
    mine = api(bob).post(address, {"count": 6}).json()["queue"]
    theirs = api(carol).post(address, {"count": 6}).json()["queue"]
    assert not {item["sample"] for item in mine} & {item["sample"] for item in theirs}


def test_a_claim_costs_the_same_for_many_tiles(api, project, address, samples, bob, django_assert_max_num_queries):
    factories.make_round(project, samples)
    client = api(bob)
    with django_assert_max_num_queries(9):
        assert len(client.post(address, {"count": 12}).json()["queue"]) == 12


def test_release_gives_back(api, project, address, samples, bob):
    api(bob).post(address, {"count": 3})
    assert api(bob).post(f"/api/projects/{project.pk}/leases/release/").status_code == 204
    assert not project.leases.exists()


def test_one_tile_is_claimed_from_the_map(api, project, samples, bob, carol):
    one = f"/api/projects/{project.pk}/samples/{samples[4].pk}/claim/"
    assert api(bob).post(one).json()["sample"] == samples[4].pk
    refused = api(carol).post(one)
    assert refused.status_code == 409
    assert "bob" in refused.json()["error"]["message"]


def test_a_tile_tells_what_was_said(api, project, samples, bob, dave):
    factories.label(samples[0], bob, 2)
    shown = api(dave).get(f"/api/projects/{project.pk}/samples/{samples[0].pk}/").json()
    assert shown["state"] == "labelled"
    assert [(item["author"], item["label"]) for item in shown["annotations"]] == [("bob", 2)]


@pytest.mark.parametrize("count", [0, 21, "many"])
def test_absurd_counts_are_refused(api, address, scene, bob, count):
    assert api(bob).post(address, {"count": count}).status_code == 400


@pytest.mark.parametrize("by_token", [False, True])
@pytest.mark.parametrize(("refit_every", "most"), [(50, 15), (1, 18)])
def test_the_next_tile_and_an_answer_cost_few_statements(
    api, project, address, samples, bob, by_token, refit_every, most, django_capture_on_commit_callbacks
):
    project.refit_every = refit_every
    project.save()
    made = factories.make_round(project, samples)
    Round.objects.filter(pk=made.pk).update(classes=2)
    project.jobs.update(state="done")  # that imagery came
    client = api(bob)
    if by_token:
        client = api()
        client.credentials(HTTP_AUTHORIZATION=f"Token {issue(bob, name='Script', scope='label')[1]}")
    first, *rest = client.post(address, {"count": 6}).json()["queue"]
    said = {"sample": first["sample"], "label": 1, "seconds": 2.0}
    shown = {"count": 5, "showing": rest[0]["sample"], "holding": [item["sample"] for item in rest[1:]]}
    with CaptureQueriesContext(connection) as asked, django_capture_on_commit_callbacks(execute=True):
        kept = client.post(f"/api/projects/{project.pk}/annotations/", said)
        claim = client.post(address, shown)
    assert (kept.status_code, len(claim.json()["queue"])) == (201, 5)
    assert kept.json()["counts"]["labelled"] == 1
    statements = [row["sql"] for row in asked.captured_queries]
    assert len(statements) <= most, "\n".join(statements)
    assert not [
        sql for sql in statements if '"annotation_round"."inputs",' in sql or '"annotation_round"."report"' in sql
    ]


def test_whoever_may_not_label_gets_no_tile(api, project, address, samples, dave, mallory):
    sent = {"sample": samples[0].pk, "label": 1}
    for client, status in ((api(dave), 403), (api(mallory), 404)):
        assert client.post(address, {"count": 2}).status_code == status
        assert client.post(f"/api/projects/{project.pk}/annotations/", sent).status_code == status
    assert not (project.leases.exists() or samples[0].annotations.exists())


def test_a_superuser_claims_and_answers_without_being_a_member(api, project, address, samples):
    root = factories.make_user("root", is_superuser=True)
    queue = api(root).post(address, {"count": 2}).json()["queue"]
    sent = {"sample": queue[0]["sample"], "label": 1}
    assert api(root).post(f"/api/projects/{project.pk}/annotations/", sent).status_code == 201
