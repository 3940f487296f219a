"""What would become of each line of a class list, and adding it: all or nothing."""

import json

import pytest

from annotation.class_lists import Standing, add_list, judge
from annotation.errors import BadSettings
from annotation.projects import change_class, create_project, retire_class
from tests import factories
from tests.annotation.exports.reading import exported

pytestmark = pytest.mark.django_db


def judged(project, text):
    """Return the verdicts beside a project's classes."""
    return judge(text, Standing.of(project.task, project.classes.all()))


def fates(project, text):
    """Return fate and reason of each line."""
    return [(each.fate.value, each.why) for each in judged(project, text)]


def test_it_works(project):
    add_list(project, "name,group,definition\nPond,Wet,Still\nforest,,Trees\nBog,wet,\n")
    rows = {row.name: row for row in project.classes.all()}
    assert list(rows) == ["Open water", "Forest", "Bare rock", "Pond", "Bog"]
    assert [rows["Pond"].group, rows["Bog"].group, rows["Forest"].definition] == ["Wet", "Wet", "Trees"]
    assert [rows["Pond"].hotkey, rows["Bog"].hotkey] == ["4", "5"]
    assert len({row.colour for row in rows.values()}) == 5
    assert project.schemas.first().classes[3] == rows["Pond"].to_dict()


def test_each_line_is_told_what_becomes_of_it(project):
    text = "Pond\nFOREST\nPond\n\n<b>\n" + "x" * 81
    assert fates(project, text) == [
        ("added", ""),
        ("there", "Nothing changes."),
        ("left_out", "Line 1 says the same."),
        ("fault", "name: Leave out <, > and control characters."),
        ("fault", "name: Ensure this value has at most 80 characters (it has 81)."),
    ]
    assert [each.line for each in judged(project, text)] == [1, 2, 3, 5, 6]


def test_a_name_twice_with_other_words_is_a_clash(project):
    told = fates(project, "name,colour\nPond,#000000\npond,#ffffff\n")
    assert told[1] == ("clash", "Line 2 has this name, too, and says something else.")


def test_keys_codes_and_colours_are_kept_where_they_are_free(project):
    first, second = judged(project, "name,code,hotkey,colour\nPond,9,p,#123456\nBog,2,1,\n")
    assert (first.code, first.hotkey, first.colour, first.why) == (9, "p", "#123456", "")
    assert (second.code, second.hotkey, second.colour) == (10, "4", "#44aa99")
    assert second.why == "Code 2 is that of Forest. It gets 10. The key 1 belongs to Open water."
    add_list(project, "name,code,hotkey,colour\nPond,9,p,#123456\nBog,2,1,\n")
    assert dict(project.classes.values_list("name", "code")) == {
        "Open water": 1,
        "Forest": 2,
        "Bare rock": 3,
        "Pond": 9,
        "Bog": 10,
    }


def test_a_key_of_the_label_page_is_no_class_s(project):
    (told,) = judged(project, "name,hotkey\nSand,s")
    assert (told.hotkey, told.why) == ("4", "The key S belongs to the page where people label.")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Pond,red,,", "colour: Write the colour as #rrggbb."),
        ("Pond,,pp,", "hotkey: A key is one letter"),
        ("Pond,,,0", "A code is a number from 1 to 255, not '0'."),
        ("Pond,,,256", "A code is a number from 1 to 255"),
        ("Pond,,,٣", "A code is a number from 1 to 255"),
        (",#000000,,", "It has no name."),
    ],
)
def test_what_cannot_be_is_told_by_line_and_nothing_is_added(project, row, reason):
    with pytest.raises(BadSettings, match="Nothing was added. Line 3: ") as told:
        add_list(project, f"name,colour,hotkey,code\nBog,,,\n{row}\n")
    assert reason in str(told.value)
    assert project.classes.count() == 3 and project.schemas.count() == 1


def test_codes_of_retired_classes_stay_theirs(project):
    retire_class(project, 3)
    (told,) = judged(project, "name,code\nBare rock,3")
    assert (told.fate, told.code, told.why) == ("added", 4, "Code 3 is that of Bare rock. It gets 4.")


def test_more_classes_than_codes_are_told_by_line(project):
    told = fates(project, "\n".join(f"Class {number}" for number in range(300)))
    assert [fate for fate, _ in told] == ["added"] * 252 + ["fault"] * 48
    assert told[-1][1] == "All 255 codes are used, and none is used twice."


def test_a_code_at_the_end_leaves_the_others_free(project):
    add_list(project, "name,code\nLast,255")
    assert [each.code for each in add_list(project, "Next")] == [4]


def test_a_list_of_what_is_there_changes_nothing(project):
    add_list(project, "Forest\nOpen water")
    assert project.schemas.count() == 1


def test_a_list_never_overwrites_what_was_said(project):
    change_class(project, 2, group="Green", definition="Trees")
    assert fates(project, "name,group,definition\nForest,Other,Else") == [("there", "Nothing changes.")]
    add_list(project, "name,group,definition\nForest,Other,Else")
    assert project.classes.get(code=2).definition == "Trees"


def test_a_kind_without_classes_takes_no_list(alice):
    options = {"name": "Cover", "unit": "%", "low": 0, "high": 100, "step": 1, "tolerance": 5}
    with pytest.raises(BadSettings, match="name no classes"):
        add_list(factories.make_project(alice, task="amount", classes=[], task_options=options), "Pond")


@pytest.mark.parametrize(("form", "file"), [("project", "classes.json"), ("csv", "classes.csv")])
def test_the_class_table_of_an_export_makes_the_same_list(project, samples, alice, bob, tmp_path, form, file):
    factories.label(samples[0], bob, 2)
    change_class(project, 2, group="Green", definition='=Trees, "tall"\nand old', hotkey="t")
    change_class(project, 1, name="+Water")
    project.classes.filter(code=3).update(position=0)
    project.classes.exclude(code=3).update(position=1)
    retire_class(project, 1)
    text = exported(project, form, tmp_path)[file].decode()
    copy = create_project(alice, name="Copy", classes=[])
    add_list(copy, text)
    mine = [each for each in project.schemas.first().classes if not each["retired"]]
    assert copy.schemas.first().classes == mine


def test_categories_of_coco_make_the_same_list(project, samples, alice, bob, tmp_path):
    factories.label(samples[0], bob, 2)
    change_class(project, 2, group="Green", definition="Trees")
    text = exported(project, "coco", tmp_path)["annotations.coco.json"].decode()
    copy = create_project(alice, name="Copy", classes=[])
    add_list(copy, json.dumps({"categories": json.loads(text)["categories"]}))
    fields = ("code", "name", "colour", "group", "definition")
    assert list(copy.classes.values(*fields)) == list(project.classes.values(*fields))
