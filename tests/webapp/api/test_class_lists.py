"""/api/projects/{id}/class-lists/ and /api/class-lists/."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db
ENTRY = {"code": 4, "name": "Pond", "colour": "#d55e00", "hotkey": "4", "group": "Wet", "definition": ""}


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/class-lists/"


def test_it_works(api, project, address, alice):
    text = "name;group\nPond;Wet\nForest;\n"
    looked = api(alice).post(address, {"text": text, "preview": True})
    assert looked.status_code == 200
    assert looked.json()["lines"][0] == {"line": 2, "fate": "added", "why": "", **ENTRY}
    assert [each["fate"] for each in looked.json()["lines"]] == ["added", "there"]
    assert project.classes.count() == 3
    added = api(alice).post(address, {"text": text})
    assert (added.status_code, added.json()) == (201, looked.json())
    assert project.classes.get(code=4).group == "Wet"


def test_a_bad_line_is_told_and_nothing_is_added(api, project, address, alice):
    answer = api(alice).post(address, {"text": "\n\nPond\n<img src=x>\n=cmd()\n"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Nothing was added. Line 4: name: Leave out <, >")
    assert project.classes.count() == 3
    assert api(alice).post(address, {"text": "=cmd()"}).json()["lines"][0]["name"] == "=cmd()"


@pytest.mark.parametrize("text", ["", "x" * 400_001, "[[", None, ["a"]])
def test_no_list_is_told(api, address, alice, text):
    answer = api(alice).post(address, {"text": text})
    assert answer.status_code == 400 and answer.json()["error"]["message"]


def test_only_owners_add_lists(api, address, bob, carol):
    assert {api(user).post(address, {"text": "Pond"}).status_code for user in (bob, carol)} == {403}


def test_a_list_for_a_project_to_be_made_is_judged_beside_what_was_typed(api, alice):
    typed = [{"name": "Forest", "hotkey": "p", "colour": "#117733"}]
    body = {"text": "name,hotkey,code\nforest,,\nPond,p,7\nBog,,", "task": "masks", "classes": typed}
    told = api(alice).post("/api/class-lists/", body).json()["lines"]
    assert [(each["fate"], each["code"], each["hotkey"]) for each in told] == [
        ("there", None, ""),
        ("added", 7, "1"),
        ("added", None, "2"),
    ]
    assert told[1]["why"] == "The key P belongs to Forest."


def test_a_new_project_takes_codes_along(api, alice):
    classes = [{"name": "Bog"}, {"name": "Fen", "code": 1}, {"name": "Oak", "code": 7}, {"name": "Elm"}]
    made = api(alice).post("/api/projects/", {"name": "Moor", "task": "classes", "classes": classes})
    told = api(alice).get(f"/api/projects/{made.json()['id']}/classes/").json()["results"]
    assert {each["name"]: each["code"] for each in told} == {"Bog": 8, "Fen": 1, "Oak": 7, "Elm": 9}
    twice = [{"name": "Bog", "code": 2}, {"name": "Fen", "code": 2}]
    answer = api(alice).post("/api/projects/", {"name": "Moor", "task": "classes", "classes": twice})
    assert answer.status_code == 400 and "Code 2 is that of Bog already" in answer.json()["error"]["message"]


def test_a_list_of_a_kind_without_classes_is_refused(api, alice):
    options = {"name": "Cover", "unit": "%", "low": 0, "high": 100, "step": 1, "tolerance": 5}
    bare = factories.make_project(alice, task="amount", classes=[], task_options=options)
    answer = api(alice).post(f"/api/projects/{bare.pk}/class-lists/", {"text": "Pond"})
    assert answer.status_code == 400 and "name no classes" in answer.json()["error"]["message"]
