"""PUT /api/projects/{id}/classes/: the list in another order."""

import pytest

from annotation.projects import change_class, retire_class

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(api, project, alice):
    """Return a function that puts codes, or (code, group), in order."""

    def put(*places, seen=(1, 2, 3), user=alice):
        pairs = [(place,) if isinstance(place, int) else place for place in places]
        classes = [dict(zip(("code", "group"), pair, strict=False)) for pair in pairs]
        return api(user).put(f"/api/projects/{project.pk}/classes/", {"classes": classes, "seen": list(seen)})

    return put


def listed(api, project, alice):
    rows = api(alice).get(f"/api/projects/{project.pk}/classes/").json()["results"]
    return [(row["code"], row["name"], row["hotkey"], row["group"]) for row in rows]


def test_it_works(api, project, alice, put):
    answer = put(3, 1, 2)
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json()] == [3, 1, 2]
    told = [(3, "Bare rock", "3", ""), (1, "Open water", "1", ""), (2, "Forest", "2", "")]
    assert listed(api, project, alice) == told
    assert [each["code"] for each in project.schemas.first().classes] == [3, 1, 2]
    progress = api(alice).get(f"/api/projects/{project.pk}/progress/").json()
    assert [each["code"] for each in progress["by_class"]] == [3, 1, 2]


def test_classes_are_put_under_groups_in_the_same_step(api, project, alice, put):
    assert put((2, "Green"), 1, (3, " green ")).status_code == 200
    assert [(code, group) for code, _, _, group in listed(api, project, alice)] == [(1, ""), (2, "Green"), (3, "Green")]
    assert put(1, (2, "GREEN"), (3, "GREEN"), seen=(1, 2, 3)).status_code == 200
    assert {group for _, _, _, group in listed(api, project, alice)} == {"", "GREEN"}


def test_the_same_order_makes_no_new_schema(project, put):
    assert put(1, 2, 3).status_code == 200
    assert project.schemas.count() == 1


def test_of_two_who_move_at_once_the_second_is_told(project, put):
    assert put(2, 1, 3).status_code == 200
    answer = put(3, 1, 2)
    assert answer.status_code == 409
    assert "Somebody else changed the list of classes meanwhile" in answer.json()["error"]["message"]
    assert [each["code"] for each in project.schemas.first().classes] == [2, 1, 3]


def test_a_class_retired_meanwhile_is_a_change_of_the_list(project, put):
    retire_class(project, 2)
    assert put(3, 2, 1).status_code == 409
    assert put(3, 1, seen=(1, 3)).status_code == 200


def test_what_only_was_renamed_or_grouped_meanwhile_stays_so(api, project, alice, put):
    change_class(project, 1, name="Water", group="Wet")
    assert put(3, 2, 1, seen=(2, 3, 1)).status_code == 200
    assert listed(api, project, alice)[-1] == (1, "Water", "1", "Wet")


@pytest.mark.parametrize(
    "places", [[1, 2], [1, 2, 2], [1, 2, 3, 4], [], [(1, "<b>"), 2, 3], [(1, "x" * 81), 2, 3], [(1, ["a"]), 2, 3]]
)
def test_bad_input_is_told_and_leaves_nothing(project, put, places):
    assert put(*places).status_code == 400
    assert project.schemas.count() == 1 and not project.classes.exclude(position=0, group="").exists()


def test_only_owners_order(put, bob):
    assert put(3, 2, 1, user=bob).status_code in (403, 404)
