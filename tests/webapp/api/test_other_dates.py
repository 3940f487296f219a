"""/api/projects/{id}/samples/{id}/other-dates/: what was painted of the same ground at other dates."""

from datetime import date

import numpy as np
import pytest

from annotation.epochs import group_by_date, set_scope
from annotation.models.projects import Role, Scope
from annotation.tasks.masks import wrapped
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(alice, tmp_path):
    """Return the samples of one tile at two dates; the earlier one is painted."""
    project = factories.make_project(alice, task="masks")
    for number, day in enumerate(("2020-06-01", "2021-06-01")):
        scene = factories.make_scene(project, tmp_path, name=day, nodata=250 + number)
        scene.set_moment(date.fromisoformat(day))
        scene.save()
    group_by_date(project)
    set_scope(project, Scope.EPOCH)
    project.refresh_from_db()
    earlier, later = project.samples.filter(tile=project.samples.first().tile).order_by("epoch__starts", "epoch")
    factories.say(earlier, alice, wrapped(np.eye(32, dtype=np.uint8)))
    return earlier, later


def ask(api, user, sample):
    return api(user).get(f"/api/projects/{sample.project_id}/samples/{sample.pk}/other-dates/")


def test_it_works(api, alice, two):
    earlier, later = two
    (told,) = ask(api, alice, later).json()
    assert (told["sample"], told["author"], told["epochs"]) == (earlier.pk, "alice", ["2020-06-01"])
    assert api(alice).get(told["mask_url"]).status_code == 200
    assert ask(api, alice, earlier).json() == []
    shown = api(alice).get(f"/api/projects/{later.project_id}/samples/{later.pk}/").json()
    assert api(alice).get(shown["other_dates_url"]).json() == [told]


def test_a_mask_that_is_sent_with_its_origin_says_so_in_the_answer_and_in_exports(api, alice, two):
    earlier, later = two
    origin = ask(api, alice, later).json()[0]["id"]
    value = {**wrapped(np.eye(32, dtype=np.uint8)), "copied_from": origin}
    said = api(alice).post(
        f"/api/projects/{later.project_id}/annotations/", {"sample": later.pk, "value": value}, format="json"
    )
    assert said.status_code == 201
    assert said.json()["value"]["copied_from"] == origin
    wrong = {**value, "copied_from": said.json()["id"]}
    answer = api(alice).post(
        f"/api/projects/{later.project_id}/annotations/", {"sample": later.pk, "value": wrong}, format="json"
    )
    assert answer.status_code == 400
    assert "another date" in str(answer.json())


def test_members_may_ask_and_strangers_learn_nothing(api, bob, mallory, two):
    _, later = two
    assert ask(api, mallory, later).status_code == 404
    factories.join(later.project, bob, Role.VIEWER)
    assert len(ask(api, bob, later).json()) == 1
