"""/api/projects/{id}/assignments/: which tiles are whose to label."""

import pytest

from annotation.models import Assignment
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project, samples):
    return f"/api/projects/{project.pk}/assignments/"


@pytest.fixture
def members(project):
    return {member.user.username: member.pk for member in project.members.select_related("user")}


def test_it_works(api, address, members, samples, alice, bob):
    made = api(alice).post(address, {"member": members["bob"], "count": 4, "note": "The shore first"})
    assert made.status_code == 201, made.content
    told = {"member": members["bob"], "username": "bob", "kind": "next", "about": "the next 4 of the ranking"}
    told |= {
        "note": "The shore first",
        "shared": False,
        "total": 4,
        "done": 0,
        "given_by": "alice",
        "due": None,
        "left_out": 0,
    }
    assert {name: made.json()[name] for name in told} == told
    factories.label(samples[0], bob, 1)
    (row,) = api(alice).get(address).json()["results"]
    assert (row["id"], row["done"], row["total"]) == (made.json()["id"], 1, 4)


def test_a_claim_tells_what_is_left(api, address, project, members, samples, alice, bob, carol):
    made = api(alice).post(address, {"member": members["bob"], "count": 2, "note": "The shore first"}).json()
    claim = f"/api/projects/{project.pk}/claim/"
    theirs = api(bob).post(claim, {"count": 3}).json()
    assert theirs["batches"] == [{"id": made["id"], "note": "The shore first", "left": 2, "due": None}]
    assert [item["assignment"] for item in theirs["queue"]] == [made["id"], made["id"], None]
    others = api(carol).post(claim, {"count": 3}).json()
    assert others["batches"] == []
    assert [item["sample"] for item in others["queue"]] == [sample.pk for sample in samples[3:6]]
    picked = api(carol).post(f"/api/projects/{project.pk}/samples/{samples[0].pk}/claim/")
    assert picked.status_code == 409
    assert "assigned to bob" in picked.json()["error"]["message"]


def test_annotators_see_their_own_and_owners_all(api, address, members, alice, bob, carol, dave):
    for name in ("bob", "carol"):
        api(alice).post(address, {"member": members[name], "count": 2})
    seen = {who: [row["username"] for row in api(who).get(address).json()["results"]] for who in (alice, bob, dave)}
    assert seen == {alice: ["bob", "carol"], bob: ["bob"], dave: []}


def test_it_assigns_a_scene_and_a_box(api, address, project, members, samples, alice):
    west, south, east, north = samples[0].tile.outline.extent
    box = {"member": members["bob"], "bbox": f"{west},{south},{east},{north}"}
    assert api(alice).post(address, box).json()["total"] == 1
    rest = api(alice).post(address, {"member": members["carol"], "scene": project.scenes.get().pk}).json()
    assert (rest["kind"], rest["total"]) == ("scene", len(samples) - 1)


def test_it_is_changed_and_taken_away(api, address, members, alice, bob):
    pk = api(alice).post(address, {"member": members["bob"], "count": 2}).json()["id"]
    changed = api(alice).patch(f"{address}{pk}/", {"note": "Slowly", "shared": True}).json()
    assert (changed["note"], changed["shared"], changed["total"]) == ("Slowly", True, 2)
    assert api(bob).patch(f"{address}{pk}/", {"note": "Mine"}).status_code == 403
    assert api(bob).delete(f"{address}{pk}/").status_code == 403
    assert api(alice).delete(f"{address}{pk}/").status_code == 204
    assert api(alice).delete(f"{address}{pk}/").status_code == 404
    assert api(alice).patch(f"{address}{pk}/", {"note": "Late"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "in one way: count, scene, bbox, area"),
        ({"count": 1, "bbox": "0,0,1,1"}, "in one way"),
        ({"count": 0}, "greater than or equal to 1"),
        ({"count": 10_001}, "less than or equal to 10000"),
        ({"bbox": "1,0,1,1"}, "West must be below east"),
        ({"bbox": "nan,0,1,1"}, "West must be below east"),
        ({"bbox": "0,0,1"}, "four numbers"),
        (
            {"area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}},
            "crosses or touches",
        ),
        ({"area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}}, "encloses nothing"),
        ({"area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0]]]}}, "Write a GeoJSON Polygon"),
        ({"area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 99], [0, 0]]]}}, "beyond the world"),
        ({"area": {"type": "Polygon", "coordinates": [[["a", 0]] * 4]}}, "Write a GeoJSON Polygon"),
        ({"area": {"type": "Polygon", "coordinates": [5]}}, "Write a GeoJSON Polygon"),
        ({"area": {"type": "Polygon", "coordinates": 5}}, "Write a GeoJSON Polygon"),
        ({"area": {"type": "Polygon", "coordinates": [[[0, 0]] * 2001]}}, "2000 corners"),
        ({"area": "here"}, "Write a GeoJSON Polygon"),
        ({"area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}, "No open tile is free"),
        ({"count": 1, "due": "2020-01-01"}, "That day is over"),
        ({"count": 1, "due": "soon"}, "Date has wrong format"),
        ({"bbox": "-60,-60,-59,-59"}, "No open tile is free for bob there (the area -60, -60, -59, -59)."),
        ({"count": 1, "note": "<b>"}, "Leave out <"),
        ({"count": 1, "note": "n" * 301}, "300"),
        ({"count": 1, "member": "dave"}, "valid integer"),
        ({"count": 1, "member": None}, "null"),
    ],
)
def test_what_cannot_be_is_refused(api, address, members, alice, body, told):
    answer = api(alice).post(address, {"member": members["bob"], **body}, format="json")
    assert answer.status_code == 400, answer.content
    assert told in str(answer.json()["error"])
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(("body", "told"), [({"member": 0}, "No such member"), ({"scene": 0}, "No such scene")])
def test_what_is_not_there_is_missing(api, address, members, alice, body, told):
    whole = {"member": members["bob"], **({} if "scene" in body else {"count": 1}), **body}
    answer = api(alice).post(address, whole)
    assert answer.status_code == 404
    assert told in answer.json()["error"]["message"]


def test_a_viewer_gets_nothing_to_label(api, address, members, alice):
    answer = api(alice).post(address, {"member": members["dave"], "count": 1})
    assert answer.status_code == 400
    assert "dave is a viewer" in answer.json()["error"]["message"]


def test_tiles_in_an_area_are_assigned(api, address, project, members, samples, alice):
    west, south, east, north = samples[0].tile.outline.extent
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    area = {"type": "Polygon", "coordinates": [ring]}
    made = api(alice).post(address, {"member": members["bob"], "area": area, "due": "2999-12-31"}, format="json").json()
    assert (made["kind"], made["total"], made["due"]) == ("area", 1, "2999-12-31")
    assert list(project.assignments.get().samples.all()) == [samples[0]]


def test_owners_hand_it_over(api, address, members, alice, bob, carol, dave):
    made = api(alice).post(address, {"member": members["bob"], "count": 2}).json()
    one = f"{address}{made['id']}/"
    changed = api(alice).patch(one, {"member": members["carol"], "due": None}, format="json").json()
    assert (changed["username"], changed["given_by"], changed["total"]) == ("carol", "alice", 2)
    refused = api(alice).patch(one, {"member": members["dave"]})
    assert refused.status_code == 400
    assert "dave is a viewer" in refused.json()["error"]["message"]
    assert api(bob).get(address).json()["results"] == []
    assert api(carol).get(address).json()["results"][0]["id"] == made["id"]
