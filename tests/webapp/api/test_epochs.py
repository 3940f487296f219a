"""/api/projects/{id}/epochs/, scope/ and lattices/."""

from datetime import date

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def dated(scene):
    """Return a scene of 1 June 2020."""
    scene.set_moment(date(2020, 6, 1))
    scene.save()
    return scene


def test_it_works(api, project, dated, alice, dave):
    base = f"/api/projects/{project.pk}/"
    made = api(alice).post(f"{base}epochs/", {"name": "June", "starts": "2020-06-01", "ends": "2020-06-30"}, "json")
    assert made.status_code == 201
    assert made.json()["scenes"] == [dated.pk]
    chosen = api(alice).post(f"{base}scope/", {"scope": "epoch"}, "json").json()
    assert chosen == {"scope": "epoch", "pairs": [], "fixed": "", "samples": 12, "unpaired": 0}
    listed = api(dave).get(f"{base}epochs/").json()["results"]
    assert [(item["name"], item["samples"]) for item in listed] == [("June", 12)]
    sample = project.samples.first()
    shown = api(dave).get(f"{base}samples/{sample.pk}/").json()
    assert shown["epochs"] == [{"id": listed[0]["id"], "name": "June"}]
    assert shown["scenes"][0]["epochs"] == [listed[0]["id"]]
    assert shown["scenes"][0]["acquired"] == "2020-06-01"


def test_grouping_renaming_and_deleting(api, project, dated, alice):
    base = f"/api/projects/{project.pk}/epochs/"
    (grouped,) = api(alice).post(f"{base}group/", {"days": 2}, "json").json()
    assert (grouped["name"], grouped["scenes"]) == ("2020-06-01", [dated.pk])
    renamed = api(alice).patch(f"{base}{grouped['id']}/", {"name": "After the storm"}, "json").json()
    assert (renamed["name"], renamed["remark"]) == ("After the storm", "")
    assert api(alice).delete(f"{base}{grouped['id']}/").status_code == 204
    assert api(alice).get(base).json()["count"] == 0


@pytest.mark.parametrize(
    ("address", "sent", "message"),
    [
        ("epochs/", {"name": "x"}, "at least one scene"),
        ("epochs/", {"name": "x", "starts": "2020-13-01", "ends": "2020-12-01"}, "starts: Date has wrong format"),
        ("epochs/", {"name": "x", "starts": "2020-02-01", "ends": "2020-01-01"}, "before it starts"),
        ("epochs/", {"name": "x", "starts": "2020-02-01", "ends": "2999-01-01"}, "in the future"),
        ("epochs/group/", {"days": 9999}, "0 to 366"),
        ("scope/", {"scope": "change"}, "not a valid choice"),
        ("scope/", {"scope": "pair", "pairs": [{"earlier": 10**9, "later": 10**9}]}, "no epoch 1000000000"),
    ],
)
def test_bad_input_is_told_plainly(api, project, dated, alice, address, sent, message):
    answer = api(alice).post(f"/api/projects/{project.pk}/{address}", sent, "json")
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]


def test_lattices_are_shown_changed_and_then_fixed(api, project, samples, alice, bob, dave):
    base = f"/api/projects/{project.pk}/lattices/"
    (shown,) = api(dave).get(base).json()
    assert (shown["crs"], shown["resolution"], shown["unit"], shown["tiles"]) == ("EPSG:32632", 10.0, "metre", 12)
    changed = api(alice).patch(f"{base}{shown['id']}/", {"resolution": 20}, "json").json()
    assert (changed["resolution"], changed["tiles"], changed["fixed"]) == (20.0, 4, "")
    from tests import factories

    factories.label(project.samples.first(), bob, 1)
    refused = api(alice).patch(f"{base}{shown['id']}/", {"tile_px": 64}, "json")
    assert refused.status_code == 400
    assert "fixed with its first label" in refused.json()["error"]["message"]
    assert api(dave).get(base).json()[0]["fixed"] == "fixed with its first label"


def test_times_and_details_of_a_scene(api, project, scene, alice):
    address = f"/api/projects/{project.pk}/scenes/{scene.pk}/"
    sent = {"acquired": "2020-06-01T10:30:00+02:00", "details": {"orbit": "descending", "incidence_deg": 35}}
    changed = api(alice).patch(address, sent, "json").json()
    assert changed["acquired"] == "2020-06-01T08:30:00Z"
    assert changed["details"] == {"orbit": "descending", "incidence_deg": 35}
    assert api(alice).patch(address, {"acquired": "2020-06-01"}, "json").json()["acquired"] == "2020-06-01"
    for details, message in (
        ({"orbit": "up"}, "orbit is ascending or descending"),
        ({"incidence_deg": 91}, "an angle of 0 to 90"),
        ({"cloud": 3}, "There is no detail 'cloud'"),
        ({"level": "<b>"}, "level is a processing level"),
    ):
        answer = api(alice).patch(address, {"details": details}, "json")
        assert (answer.status_code, message in answer.json()["error"]["message"]) == (400, True), answer.json()
    for acquired in ("soon", "2999-01-01", "2999-01-01T00:00:00Z", "2020-02-30"):
        assert api(alice).patch(address, {"acquired": acquired}, "json").status_code == 400


def test_a_project_is_made_for_change_and_its_scope_is_changed_with_its_epochs(api, alice):
    body = {"name": "Change", "tile_px": 32, "scope": "pair", "classes": [{"name": "No change"}, {"name": "Built"}]}
    made = api(alice).post("/api/projects/", body, "json").json()
    assert (made["scope"], made["counts"]["total"]) == ("pair", 0)
    refused = api(alice).patch(f"/api/projects/{made['id']}/", {"scope": "place"}, "json")
    assert refused.status_code == 400 and "projects/ID/scope/" in refused.content.decode()
    told = api(alice).get(f"/api/projects/{made['id']}/scope/").json()
    assert told == {"scope": "pair", "pairs": [], "fixed": "", "samples": 0, "unpaired": 0}
    assert api(alice).patch(f"/api/projects/{made['id']}/", {"scope": "pair", "strategy": "change"}, "json").json()
