"""/api/projects/{id}/classes/."""

import re

import pytest

from annotation.tasks import get_task
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/classes/"


def test_it_works(api, project, address, alice):
    answer = api(alice).post(address, {"name": "Pond"})
    assert answer.status_code == 201
    assert answer.json() == {
        "code": 4,
        "name": "Pond",
        "colour": "#d55e00",
        "hotkey": "4",
        "group": "",
        "definition": "",
        "retired": False,
        "merged_into": None,
    }
    assert project.schemas.first().number == 2
    assert [item["name"] for item in project.schemas.first().classes][-1] == "Pond"


def test_a_change_makes_a_new_schema(api, project, address, alice):
    answer = api(alice).patch(f"{address}2/", {"name": "Woods", "hotkey": "w"})
    assert (answer.json()["name"], answer.json()["hotkey"]) == ("Woods", "w")
    assert [schema.classes[1]["name"] for schema in project.schemas.all()] == ["Woods", "Forest"]


def test_a_definition_is_kept_as_plain_text_and_makes_a_new_schema(api, project, address, alice):
    said = "Trees above 5 m,\r\ncover > 30 % & <b>no</b> orchards  "
    kept = "Trees above 5 m,\ncover > 30 % & <b>no</b> orchards"
    assert api(alice).patch(f"{address}2/", {"definition": said}).json()["definition"] == kept
    assert [schema.classes[1].get("definition") for schema in project.schemas.all()] == [kept, None]
    page = api(alice).get(f"/projects/{project.pk}/label/").content.decode()
    assert "\\u003Cb\\u003Eno" in page and "<b>no" not in page
    assert api(alice).patch(f"{address}2/", {"definition": ""}).json()["definition"] == ""


@pytest.mark.parametrize("said", ["x" * 2001, "a bell \a", ["a", "list"]])
def test_a_definition_has_an_end_and_no_control_characters(api, project, address, alice, said):
    assert api(alice).patch(f"{address}2/", {"definition": said}).status_code == 400
    assert not project.classes.exclude(definition="").exists()


def test_a_new_project_brings_its_definitions_along(api, alice):
    classes = [{"name": "Bog", "definition": "Peat above 30 cm"}, {"name": "Rest"}]
    made = api(alice).post("/api/projects/", {"name": "Moor", "task": "classes", "classes": classes})
    told = api(alice).get(f"/api/projects/{made.json()['id']}/classes/").json()["results"]
    assert [each["definition"] for each in told] == ["Peat above 30 cm", ""]


def test_a_group_is_spelt_as_its_other_classes_spell_it(api, project, address, alice):
    assert api(alice).patch(f"{address}3/", {"group": " Woody   plants "}).json()["group"] == "Woody plants"
    assert api(alice).patch(f"{address}2/", {"group": "WOODY plants"}).json()["group"] == "Woody plants"
    assert [each.get("group") for each in project.schemas.first().classes] == [None, "Woody plants", "Woody plants"]
    assert api(alice).post(address, {"name": "Pond", "group": "Wet"}).json()["group"] == "Wet"
    assert api(alice).patch(f"{address}3/", {"group": ""}).json()["group"] == ""


@pytest.mark.parametrize("said", ["x" * 81, "<b>", "a bell \a", ["a", "list"]])
def test_a_group_is_plain_and_short(api, project, address, alice, said):
    assert api(alice).patch(f"{address}2/", {"group": said}).status_code == 400
    assert not project.classes.exclude(group="").exists()
    made = {"name": "Moor", "task": "classes", "classes": [{"name": "Bog", "group": said}, {"name": "Rest"}]}
    assert api(alice).post("/api/projects/", made).status_code == 400


def test_a_new_project_brings_its_groups_along_and_lists_them(api, alice):
    classes = [{"name": "Bog", "group": "Wet"}, {"name": "Oak", "group": "Dry"}, {"name": "Fen", "group": "Wet"}]
    made = api(alice).post("/api/projects/", {"name": "Moor", "task": "classes", "classes": classes})
    told = api(alice).get(f"/api/projects/{made.json()['id']}/classes/").json()["results"]
    assert [(each["code"], each["group"]) for each in told] == [(1, "Wet"), (3, "Wet"), (2, "Dry")]


def test_a_project_without_classes_has_an_empty_list(api, alice):
    options = {"name": "Cover", "unit": "%", "low": 0, "high": 100, "step": 1, "tolerance": 5}
    bare = factories.make_project(alice, task="amount", classes=[], task_options=options)
    assert api(alice).get(f"/api/projects/{bare.pk}/classes/").json()["results"] == []


@pytest.mark.parametrize("name", ["forest", "FOREST", "  forest "])
def test_a_name_in_another_case_is_the_same_name(api, project, address, alice, name):
    answer = api(alice).post(address, {"name": name})
    assert answer.status_code == 400
    assert "Class 2 is called Forest already" in answer.json()["error"]["message"]
    assert api(alice).patch(f"{address}2/", {"name": "FOREST"}).json()["name"] == "FOREST"


def test_old_twins_in_another_case_can_still_be_changed(api, project, address, alice):
    project.classes.filter(code=3).update(name="FOREST")
    assert api(alice).patch(f"{address}3/", {"colour": "#123456"}).status_code == 200
    assert api(alice).patch(f"{address}3/", {"name": "Scrub"}).json()["name"] == "Scrub"


def test_a_retired_code_is_never_used_again(api, address, alice):
    assert api(alice).delete(f"{address}3/").json()["retired"] is True
    assert api(alice).post(address, {"name": "Bare rock"}).json()["code"] == 4


def test_a_merge_is_a_pointer_one_step_long(api, project, address, alice):
    api(alice).patch(f"{address}3/", {"merged_into": 2})
    api(alice).patch(f"{address}2/", {"merged_into": 1})
    shown = {item["code"]: item["merged_into"] for item in api(alice).get(address).json()["results"]}
    assert shown == {1: None, 2: 1, 3: 1}
    assert project.jobs.filter(kind="refit").exists()


@pytest.mark.parametrize("into", [1, 9])
def test_a_merge_needs_another_class_in_use(api, address, alice, into):
    assert api(alice).patch(f"{address}1/", {"merged_into": into}).status_code == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "<img src=x>"},
        {"name": "Forest"},
        {"name": ""},
        {"name": "X", "colour": "red"},
        {"name": "X", "hotkey": "<"},
    ],
)
def test_bad_input_is_told_and_leaves_nothing(api, project, address, alice, fields):
    answer = api(alice).post(address, fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert project.classes.count() == 3
    assert project.schemas.count() == 1


def test_an_unknown_class_lists_the_known(api, address, alice):
    answer = api(alice).patch(f"{address}99/", {"name": "X"})
    assert answer.status_code == 400
    assert "1 Open water, 2 Forest" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("task", "key"), [("classes", "s"), ("masks", "d")])
def test_keys_of_the_labelling_view_are_not_for_classes(api, alice, task, key):
    project = factories.make_project(alice, task=task)
    address = f"/api/projects/{project.pk}/classes/"
    for answer in (
        api(alice).post(address, {"name": "Sand", "hotkey": key}),
        api(alice).patch(f"{address}1/", {"hotkey": key}),
        api(alice).post("/api/projects/", {"name": "P", "task": task, "classes": [{"name": "Sand", "hotkey": key}]}),
    ):
        assert answer.status_code == 400
        assert f"needs the key {key} itself" in answer.json()["error"]["message"]
    assert project.classes.count() == 3


def test_painting_keys_are_free_where_nobody_paints(api, alice, project):
    answer = api(alice).post(f"/api/projects/{project.pk}/classes/", {"name": "Desert", "hotkey": "d"})
    assert (answer.status_code, answer.json()["hotkey"]) == (201, "d")


def test_the_reserved_keys_are_the_ones_that_the_view_uses(settings):
    scripts = settings.BASE_DIR / "webapp" / "static" / "webapp" / "js"
    shared = re.search(r'LABEL_KEYS = \[\.\.\."(\w+)"\]', (scripts / "label" / "label_commands.js").read_text())[1]
    painting = re.search(r'letters = \[\.\.\."(\w+)"\]', (scripts / "tasks" / "masks.js").read_text())[1]
    assert (get_task("classes").reserved_keys, get_task("masks").reserved_keys) == (shared, shared + painting)
