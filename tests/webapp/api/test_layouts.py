"""/api/projects/{id}/layouts/: arrangements of linked panes."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def layouts(project, scene):
    return f"/api/projects/{project.pk}/layouts/"


def test_it_works(api, layouts, project, bob, dave):
    epoch = project.epochs.create(name="Once").pk
    panes = [{"sensor": "rgb", "epoch": epoch, "view": None}, {"sensor": "", "epoch": None, "view": "true"}]
    made = api(bob).post(layouts, {"name": "Two", "panes": panes})
    assert made.status_code == 201, made.content
    (told,) = api(dave).get(layouts).json()["results"]
    assert told == {"id": made.json()["id"], "name": "Two", "panes": panes, "mine": False}


def test_what_was_deleted_since_is_left_open(api, layouts, project, bob):
    epoch = project.epochs.create(name="Once")
    view = project.views.create(name="Red", recipe={"bands": ["R"]})
    pane = {"sensor": "rgb", "epoch": epoch.pk, "view": view.pk}
    address = f"{layouts}{api(bob).post(layouts, {'name': 'One', 'panes': [pane]}).json()['id']}/"
    assert api(bob).get(address).json()["panes"] == [pane]
    epoch.delete()
    view.delete()
    assert api(bob).get(address).json()["panes"] == [{"sensor": "rgb", "epoch": None, "view": None}]
    assert api(bob).patch(address, {"name": "Still one"}).status_code == 200


def test_who_saved_it_and_the_owner_may_change_it(api, layouts, alice, bob, carol):
    address = f"{layouts}{api(bob).post(layouts, {'name': 'One', 'panes': [{}]}).json()['id']}/"
    assert api(carol).delete(address).status_code == 403
    assert (
        api(alice).patch(address, {"panes": [{}, {}]}).json()["panes"]
        == [{"sensor": "", "epoch": None, "view": None}] * 2
    )
    assert api(bob).delete(address).status_code == 204


@pytest.mark.parametrize(
    "panes", [[], [{}] * 5, [{"epoch": 999}], [{"view": 999}], [{"view": 1.5}], [{"view": True}], [{"view": {}}], "x"]
)
def test_what_cannot_be_is_refused(api, layouts, bob, panes):
    assert api(bob).post(layouts, {"name": "One", "panes": panes}).status_code == 400
