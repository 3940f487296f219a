"""Objects as people name them: what is read, what is refused and by which number, and when two labels agree."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client

from annotation.errors import BadAnswer, BadSettings, UnknownClass
from annotation.labeling import Answer, submit
from annotation.models import Annotation, Project, Sample
from annotation.tasks import task_of
from annotation.tasks.thing import half_turn
from annotation.tasks.told import Told
from tests.factories import make_project
from tests.pools import make_samples

BOX = {"class": 1, "x": 10, "y": 12, "width": 6, "height": 4}
POINT = {"class": 1, "x": 10, "y": 12}


def project_of(owner: AbstractBaseUser, task: str, **options: object) -> Project:
    return make_project(owner, name="Harbour", task=task, tile_px=32, classes=("Ship", "Buoy"), task_options=options)


def said(owner: AbstractBaseUser, sample: Sample, things: object) -> dict:
    return submit(sample, owner, Answer(value={sample.project.task: things})).value


def test_it_works(alice: AbstractBaseUser) -> None:
    (sample,) = make_samples(project_of(alice, "boxes", rotated=True), 1)
    given = said(alice, sample, [BOX, {**BOX, "class": 2, "angle": 135.0}])
    assert given["boxes"][0] == {"class": 1, "x": 10.0, "y": 12.0, "width": 6.0, "height": 4.0}
    assert given["boxes"][1]["angle"] == -45.0
    (dot,) = make_samples(project_of(alice, "points"), 1)
    assert said(alice, dot, [POINT]) == {"points": [{"class": 1, "x": 10.0, "y": 12.0}]}
    names = {1: "ship", 2: "buoy"}
    assert task_of(sample.project).text(given, names) == "1 ship, 1 buoy"


def test_none_here_is_a_full_label(alice: AbstractBaseUser) -> None:
    (sample,) = make_samples(project_of(alice, "boxes"), 1)
    assert said(alice, sample, []) == {"boxes": []}
    sample.refresh_from_db()
    assert (sample.state, sample.answer.label) == (Sample.State.LABELLED, None)
    assert task_of(sample.project).text(sample.answer.value, {}) == "none"


@pytest.mark.parametrize(
    ("things", "words"),
    [
        ("three", "Send a list of objects, an empty one for none; not three."),
        ([BOX, {**BOX, "width": 0}], "Box 2 has no area: it is 0 x 4 px"),
        ([{**BOX, "height": -3}], "Box 1 has no area"),
        ([{**BOX, "width": 0.001}], "Box 1 has no area"),
        ([BOX, BOX, {**BOX, "x": float("nan")}], "Box 3: x must be finite, not nan."),
        ([{**BOX, "y": float("inf")}], "Box 1: y must be finite, not inf."),
        ([{**BOX, "y": 10**400}], "Box 1: y must be finite"),
        ([{**BOX, "x": "10"}], "Box 1: x is a number"),
        ([{**BOX, "x": True}], "Box 1: x is a number"),
        ([{**BOX, "x": 40}], "Box 1 lies outside the tile: 40, 12 is not within 0 to 32 px."),
        ([{**BOX, "width": 200}], "Box 1 is longer than 4 tiles"),
        ([BOX, {**BOX, "class": 9}], "Box 2 is of class 9, which is not there; the classes are: 1 Ship, 2 Buoy."),
        ([{**BOX, "class": "1"}], "Box 1 names its class by the code"),
        ([{**BOX, "angle": 30}], "Box 1 is turned by 30°, and boxes are upright here"),
        ([{**BOX, "score": 2}], "Box 1 has a score of 2; a score is between 0 and 1."),
        ([{**BOX, "colour": "red"}], "Box 1 has colour, which says nothing here"),
        ([{"class": 1, "x": 2, "y": 3}], "Box 1 lacks width, height"),
        ([BOX, [1, 2, 3, 4]], "Box 2 is written by name"),
        ([BOX] * 1001, "A tile holds at most 1,000 objects; these are 1,001."),
    ],
)
def test_what_is_no_box_is_refused_by_its_number(alice: AbstractBaseUser, things: object, words: str) -> None:
    (sample,) = make_samples(project_of(alice, "boxes"), 1)
    said(alice, sample, [BOX])
    with pytest.raises((BadAnswer, UnknownClass)) as refused:
        said(alice, sample, things)
    assert words in str(refused.value)
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize("value", [{}, {"points": []}, {"boxes": [], "class": 1}, {"class": 1}, {"mask": "x"}])
def test_a_value_of_another_kind_is_refused(alice: AbstractBaseUser, value: dict) -> None:
    (sample,) = make_samples(project_of(alice, "boxes"), 1)
    with pytest.raises(BadAnswer, match="an empty list for none, or skip the tile"):
        submit(sample, alice, Answer(value=value))


def test_a_point_has_no_sides(alice: AbstractBaseUser) -> None:
    (sample,) = make_samples(project_of(alice, "points"), 1)
    with pytest.raises(BadAnswer, match="Point 1 has height, width"):
        said(alice, sample, [BOX])


def test_what_sticks_out_of_an_upright_box_is_cut_off_and_a_turned_one_stays(alice: AbstractBaseUser) -> None:
    upright, turned = make_samples(project_of(alice, "boxes", rotated=True), 2)
    wide = {**BOX, "x": 1, "width": 10}
    assert said(alice, upright, [wide])["boxes"][0] == {"class": 1, "x": 3.0, "y": 12.0, "width": 6.0, "height": 4.0}
    assert said(alice, turned, [{**wide, "angle": 45}])["boxes"][0]["width"] == 10.0


def test_an_angle_turns_a_box_the_same_as_half_a_turn_more() -> None:
    assert [half_turn(angle) for angle in (0, 90, -90, 91, 180, -135, 450)] == [0, 90, 90, -89, 0, 45, 90]


def test_a_retired_class_is_refused(alice: AbstractBaseUser) -> None:
    (sample,) = make_samples(project_of(alice, "points"), 1)
    sample.project.classes.filter(code=2).update(retired=True)
    with pytest.raises(UnknownClass, match="Point 1 is of class 2, which is not there; the classes are: 1 Ship."):
        said(alice, Sample.objects.get(pk=sample.pk), [{**POINT, "class": 2}])


@pytest.mark.parametrize(
    ("task", "options", "words"),
    [
        ("boxes", {"threshold": 1.5}, "between 0 and 1, not 1.5"),
        ("boxes", {"threshold": "0.5"}, "between 0 and 1, not 0.5"),
        ("boxes", {"rotated": "yes"}, "rotated is true or false, not yes"),
        ("boxes", {"radius_m": 3}, "no option radius_m; rotated, threshold are"),
        ("points", {"rotated": True}, "no option rotated"),
        ("points", {"radius_m": 0}, "in metres, above 0 and at most 10,000, or null; not 0"),
        ("points", {"radius_m": float("nan")}, "not nan"),
    ],
)
def test_options_that_make_no_sense_are_refused(alice: AbstractBaseUser, task: str, options: dict, words: str) -> None:
    with pytest.raises(BadSettings) as refused:
        project_of(alice, task, **options)
    assert words in str(refused.value)


def test_a_project_is_made_by_api_with_one_class(alice: AbstractBaseUser, api: Callable) -> None:
    for task, options in (
        ("boxes", {"rotated": False, "threshold": 0.5}),
        ("points", {"threshold": 0.5, "radius_m": None}),
    ):
        wanted = {"name": task, "task": task, "classes": [{"name": "Ship"}]}
        made = api(alice).post("/api/projects/", wanted, format="json")
        assert (made.status_code, made.json().get("task_options")) == (201, options)


def test_labels_agree_where_nearly_all_objects_lie_on_each_other(alice: AbstractBaseUser) -> None:
    project = project_of(alice, "boxes")
    task = task_of(project)
    one = {"boxes": [BOX, {**BOX, "x": 25}]}
    assert task.agree(project, one, {"boxes": [{**BOX, "x": 25.5}, {**BOX, "x": 10.5}]})
    assert not task.agree(project, one, {"boxes": [BOX]})
    assert not task.agree(project, one, {"boxes": [BOX, {**BOX, "x": 25, "class": 2}]})
    assert task.wrongness(project, one, {"boxes": [BOX]}) == 0.5
    assert task.wrongness(project, {"boxes": []}, {"boxes": []}) == 0.0
    assert task.wrongness(project, {"boxes": []}, {"boxes": [{**BOX, "score": 0.4}]}) == 0.0
    assert task.wrongness(project, {"boxes": []}, {"boxes": [{**BOX, "score": 0.6}]}) == 1.0


def test_points_agree_within_the_radius(alice: AbstractBaseUser) -> None:
    project = project_of(alice, "points")
    task, one = task_of(project), {"points": [POINT]}
    assert task.radius(project) == 3.0
    assert task.agree(project, one, {"points": [{**POINT, "x": 12.9}]})
    assert not task.agree(project, one, {"points": [{**POINT, "x": 13.2}]})


def test_the_order_of_objects_says_nothing(alice: AbstractBaseUser) -> None:
    project = project_of(alice, "points")
    (sample,) = make_samples(project, 1)
    said(alice, sample, [POINT, {**POINT, "x": 3}])
    said(alice, sample, [{**POINT, "x": 3}, POINT])
    assert Annotation.objects.count() == 1


def test_painted_areas_become_an_object_each(alice: AbstractBaseUser) -> None:
    mask = np.zeros((32, 32), bool)
    mask[4:10, 6:16], mask[20:22, 20:30] = True, True
    for task in ("boxes", "points"):
        project = project_of(alice, task)
        heard = task_of(project).hear(project, Told(32, areas=[(2, mask)]))
        things = task_of(project).objects(heard.content.value)
        assert [(thing.code, thing.x, thing.y) for thing in things] == [(2, 11.0, 7.0), (2, 25.0, 21.0)]
        assert things[0].width == (10.0 if task == "boxes" else 0.0)
    with pytest.raises(BadAnswer, match="names no objects"):
        task_of(project).hear(project, Told(32, whole=[1]))


@pytest.mark.parametrize("task", ["boxes", "points"])
def test_pages_of_such_a_project_open(alice: AbstractBaseUser, client: Client, task: str) -> None:
    project = project_of(alice, task)
    said(alice, make_samples(project, 1)[0], [BOX if task == "boxes" else POINT])
    client.force_login(alice)
    for page in ("", "label/", "review/", "insights/", "quality/", "settings/", "exports/", "imports/", "model/"):
        assert client.get(f"/projects/{project.pk}/{page}").status_code == 200, page
    assert client.get("/projects/new/").status_code == 200
    told = json.dumps(client.get(f"/api/projects/{project.pk}/progress/").json())
    assert '"labelled": 1, "suggested": 0' in told
