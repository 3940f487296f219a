"""/api/projects/: list, make, change and delete."""

import pytest

from annotation.models import Annotation, Project
from tests import factories

pytestmark = pytest.mark.django_db


def test_it_works(api, project, samples, bob):
    answer = api(bob).get("/api/projects/")
    assert answer.status_code == 200
    (shown,) = answer.json()["results"]
    assert shown["name"] == "Lakes"
    assert shown["role"] == "annotator"
    assert shown["counts"] == {
        "open": 12,
        "labelled": 0,
        "unsure": 0,
        "disputed": 0,
        "empty": 0,
        "cloudy": 0,
        "total": 12,
    }


def test_a_superuser_sees_all(api, project, django_user_model):
    boss = django_user_model.objects.create_superuser("boss", password="x")
    (shown,) = api(boss).get("/api/projects/").json()["results"]
    assert shown["role"] == "owner"


def test_the_list_costs_the_same_for_many_projects(api, alice, django_assert_max_num_queries):
    for number in range(20):
        factories.make_project(alice, name=f"Project {number}")
    client = api(alice)
    with django_assert_max_num_queries(5):
        assert client.get("/api/projects/").json()["count"] == 20


def test_make_a_project(api, mallory):
    classes = [{"name": "Water"}, {"name": "Land", "colour": "#336600", "hotkey": "l"}]
    answer = api(mallory).post("/api/projects/", {"name": "Mine", "task": "masks", "classes": classes})
    assert answer.status_code == 201
    assert answer.json()["role"] == "owner"
    project = Project.objects.get(pk=answer.json()["id"])
    assert list(project.classes.values_list("code", "name", "hotkey")) == [(1, "Water", "1"), (2, "Land", "l")]
    assert project.schemas.get().number == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "<b>x</b>"}, "name"),
        ({"name": "Mine", "tile_px": 4}, "tile_px"),
        ({"name": "Mine", "task": "poetry"}, "task"),
        ({"name": "Mine", "classes": [{"name": "<script>alert(1)</script>"}]}, "Leave out <, >"),
        ({"name": "Mine", "classes": [{"name": "Same"}, {"name": "Same"}]}, "is called Same already"),
        ({"name": "Mine", "strategy": "tarot"}, "choose one of: auto"),
        ({"name": "Mine", "strategy": "boxes"}, "boxes that a detector found; choose auto"),
    ],
)
def test_bad_input_is_told_and_leaves_nothing(api, mallory, fields, told):
    answer = api(mallory).post("/api/projects/", fields)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert told in error["message"]
    assert not Project.objects.exists()


def test_the_encoder_is_not_for_clients_to_name(api, project, alice):
    api(alice).patch(f"/api/projects/{project.pk}/", {"encoder": "/etc/passwd", "description": "Alps"})
    project.refresh_from_db()
    assert (project.encoder, project.description) == ("nano", "Alps")


def test_what_tiles_and_labels_were_made_for_stays(api, project, alice):
    answer = api(alice).patch(f"/api/projects/{project.pk}/", {"tile_px": 64})
    assert answer.status_code == 400
    assert "tile_px" in answer.json()["error"]["fields"]


def test_delete_takes_everything_with_it(api, project, samples, alice, bob):
    factories.suggest(factories.make_model_version(project), samples[1], 1)
    factories.label(samples[0], bob, 1)
    factories.make_round(project, samples)
    assert api(alice).delete(f"/api/projects/{project.pk}/").status_code == 204
    assert not Project.objects.exists()
    assert not Annotation.objects.exists()


def test_progress_tells_where_it_stands(api, project, samples, bob):
    factories.label(samples[0], bob, 2)
    shown = api(bob).get(f"/api/projects/{project.pk}/progress/").json()
    assert shown["counts"]["labelled"] == 1
    assert {item["name"]: item["labelled"] for item in shown["by_class"]}["Forest"] == 1


def test_an_address_that_takes_no_such_method_says_so(api, project, alice):
    answer = api(alice).put(f"/api/projects/{project.pk}/", {})
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"


def test_how_a_batch_keeps_its_distance_can_be_set(api, project, alice):
    address = f"/api/projects/{project.pk}/"
    shown = api(alice).get(address).json()
    assert (shown["spacing"], shown["region_share"]) == (1, 0.5)
    assert api(alice).patch(address, {"spacing": 0, "region_share": 1}).json()["spacing"] == 0
    assert api(alice).patch(address, {"region_share": 0}).status_code == 400
    project.refresh_from_db()
    assert (project.spacing, project.region_share) == (0, 1.0)


def test_a_share_for_rare_classes_is_off_set_and_refused_in_words(api, project, alice):
    address = f"/api/projects/{project.pk}/"
    assert api(alice).get(address).json()["rare_share"] == 0
    assert api(alice).patch(address, {"rare_share": 0.2}).json()["rare_share"] == 0.2
    assert api(alice).patch(address, {"rare_share": 0.6}).status_code == 400
    masks = factories.make_project(alice, name="Masks", task="masks")
    answer = api(alice).patch(f"/api/projects/{masks.pk}/", {"rare_share": 0.2})
    assert answer.status_code == 400
    assert "A share for rare classes needs one class for each tile; set it to 0." in answer.content.decode()


def test_a_strategy_that_the_task_cannot_serve_is_refused_in_words(api, project, alice):
    answer = api(alice).patch(f"/api/projects/{project.pk}/", {"strategy": "change"})
    assert answer.status_code == 400
    assert "exactly two classes, the second of which is change; here are 3; choose auto" in answer.content.decode()
    masks = factories.make_project(alice, name="Masks", task="masks")
    answer = api(alice).patch(f"/api/projects/{masks.pk}/", {"strategy": "rare_class"})
    assert "one class for each tile; choose auto" in answer.content.decode()
