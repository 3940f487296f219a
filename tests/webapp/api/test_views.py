"""/api/projects/{id}/views/: ways to look that people save, and those that sensors offer."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db
REDNESS = {"expression": "(R - G) / (R + G)", "ramp": "viridis", "stretch": {"by": "ends", "ends": [[-1, 1]]}}


@pytest.fixture
def views(project, scene):
    return f"/api/projects/{project.pk}/views/"


def test_it_works(api, views, bob, dave):
    made = api(bob).post(views, {"name": "Redness", "recipe": REDNESS})
    assert made.status_code == 201, made.content
    told = api(dave).get(views).json()
    view = {"id": made.json()["id"], "name": "Redness", "sensor": "", "sensors": ["rgb"], "mine": False}
    assert told["results"] == [{**view, "recipe": REDNESS}]
    assert {"name": "true", "title": "True colour", "sensor": "rgb", "recipe": {"composite": "true"}} in told["presets"]
    ramp = next(ramp for ramp in told["ramps"] if ramp["name"] == "viridis")
    assert (ramp["colours"][0], len(ramp["colours"])) == ("#440154", 9)


def test_who_saved_it_and_the_owner_may_change_and_delete_it(api, views, alice, bob, carol, dave):
    pk = api(bob).post(views, {"name": "Redness", "recipe": REDNESS}).json()["id"]
    assert api(carol).patch(f"{views}{pk}/", {"name": "Mine"}).status_code == 403
    assert api(dave).delete(f"{views}{pk}/").status_code == 403
    assert api(bob).patch(f"{views}{pk}/", {"name": "Reds"}).json()["name"] == "Reds"
    changed = api(alice).patch(f"{views}{pk}/", {"recipe": {"bands": ["B", "G", "R"]}, "sensor": "rgb"})
    assert changed.json()["recipe"] == {"bands": ["B", "G", "R"]} and changed.json()["sensor"] == "rgb"
    assert api(bob).delete(f"{views}{pk}/").status_code == 204
    assert api(bob).get(f"{views}{pk}/").status_code == 404


def test_a_viewer_saves_none(api, views, dave):
    assert api(dave).post(views, {"name": "Redness", "recipe": REDNESS}).status_code == 403


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"recipe": {"bands": ["B8", "B4", "B3"]}}, "no band 'B8'"),
        ({"recipe": {"expression": "nir - red"}}, "no band 'nir'"),
        ({"recipe": {"expression": "R.real"}}, "character 1"),
        ({"recipe": []}, "object"),
        ({"recipe": {"bands": ["R"], "ramp": "jet"}}, "choose one of"),
        ({"recipe": {"bands": ["R"]}, "sensor": "sentinel2-l2a"}, "sentinel2-l2a"),
        ({"recipe": {"bands": ["R"]}, "name": "<b>"}, "Leave out"),
    ],
)
def test_what_cannot_be_is_refused(api, views, bob, body, told):
    answer = api(bob).post(views, {"name": "N", **body})
    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]


def test_the_same_name_twice_is_refused(api, views, bob):
    assert api(bob).post(views, {"name": "Redness", "recipe": REDNESS}).status_code == 201
    assert api(bob).post(views, {"name": "Redness", "recipe": REDNESS}).status_code == 400


def test_a_view_is_for_the_sensors_that_have_its_bands(api, views, project, tmp_path, bob):
    factories.make_scene(project, tmp_path, name="grey", size=(1, 96, 128))
    api(bob).post(views, {"name": "Redness", "recipe": REDNESS})
    (view,) = api(bob).get(views).json()["results"]
    assert view["sensors"] == ["rgb"]
    assert len({preset["sensor"] for preset in api(bob).get(views).json()["presets"]}) == 2


def test_a_picture_by_a_view_changes_with_it(api, views, samples, alice, dave):
    chip = f"/projects/{samples[0].project_id}/samples/{samples[0].pk}/chip.png"
    pk = api(alice).post(views, {"name": "Redness", "recipe": REDNESS}).json()["id"]
    first = api(dave).get(f"{chip}?view={pk}")
    assert first.status_code == 200 and "no-cache" in first["Cache-Control"]
    assert api(dave).get(f"{chip}?view={pk}", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    api(alice).patch(f"{views}{pk}/", {"recipe": {"bands": ["B"]}})
    assert api(dave).get(f"{chip}?view={pk}", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    assert api(dave).get(f"{chip}?view=999999").status_code == 404


def test_a_view_of_another_project_draws_nothing(api, samples, dave, mallory):
    theirs = factories.make_project(mallory, name="Elsewhere")
    view = theirs.views.create(name="Theirs", recipe={"bands": ["R"]})
    chip = f"/projects/{samples[0].project_id}/samples/{samples[0].pk}/chip.png"
    assert api(dave).get(f"{chip}?view={view.pk}").status_code == 404
    assert api(dave).get(f"/api/projects/{samples[0].project_id}/views/{view.pk}/").status_code == 404
