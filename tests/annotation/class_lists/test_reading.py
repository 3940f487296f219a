"""Class lists out of text: tables with and without a header, JSON of several makes, and pasted lines."""

import json

import pytest

from annotation.class_lists.reading import MOST_LINES, MOST_TEXT, read
from annotation.errors import BadSettings

WATER, OAK = {"name": "Open water", "colour": "#0072b2"}, {"name": "Oak", "group": "Trees"}


def said(text):
    """Return what the lines of a list say, by their numbers."""
    return {line.number: line.said for line in read(text)}


def test_it_works():
    table = "Name;Colour;Group;Hotkey;Code;Definition\nOpen water;#0072B2;Wet;W;4;Lakes, rivers\nOak;;Trees;;;\n"
    assert said(table) == {
        2: {
            "name": "Open water",
            "colour": "#0072b2",
            "group": "Wet",
            "hotkey": "w",
            "code": "4",
            "definition": "Lakes, rivers",
        },
        3: OAK,
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_columns_in_any_order_are_read_by_their_header(separator):
    assert said(f"\ufeffcolor{separator}class\r\n0072b2{separator}Open water\r\n") == {2: WATER}


def test_without_a_header_colours_numbers_and_single_characters_speak_for_themselves():
    assert said('3,Oak,#0f0,o,"Leaves, lobed",Trees\n1,Open water,#0072b2') == {
        1: {
            "code": "3",
            "name": "Oak",
            "colour": "#00ff00",
            "hotkey": "o",
            "definition": "Leaves, lobed",
            "group": "Trees",
        },
        2: {"code": "1", **WATER},
    }


def test_pasted_lines_are_names_and_empty_ones_are_passed_over():
    assert said("\n  Oak  wood \n\n\nWetland, peat\n#comment\n") == {
        2: {"name": "Oak wood"},
        5: {"name": "Wetland, peat"},
        6: {"name": "#comment"},
    }


@pytest.mark.parametrize(
    "told",
    [
        ["Open water", "Oak"],
        {"1": "Open water", "2": "Oak"},
        [{"name": "Open water"}, {"label": "Oak"}],
        {"project": "P", "classes": [{"name": "Open water"}, {"name": "Oak", "merged_into": None, "retired": False}]},
    ],
)
def test_json_of_several_makes(told):
    assert [line.said["name"] for line in read(json.dumps(told))] == ["Open water", "Oak"]


def test_categories_of_coco():
    categories = [{"id": 7, "name": "Oak", "supercategory": "Trees", "color": [0, 255, 16], "keypoints": []}]
    told = read(json.dumps({"images": [], "categories": categories}))
    assert told[0].said == {"code": "7", "name": "Oak", "group": "Trees", "colour": "#00ff10"}


def test_what_is_out_of_use_there_is_marked():
    told = read("name,retired,merged_into\nOak,False,\nElm,True,\nAsh,False,3\n")
    assert [line.gone for line in told] == [False, True, True]
    assert read('[{"name": "Elm", "retired": true}]')[0].gone


def test_what_spreadsheets_were_kept_from_taking_for_a_formula_is_read_as_it_was():
    assert said("name,code\n'=1+1,2\n''quoted,3\n'tis,4\n") == {
        2: {"name": "=1+1", "code": "2"},
        3: {"name": "'quoted", "code": "3"},
        4: {"name": "'tis", "code": "4"},
    }


@pytest.mark.parametrize("entry", [1, None, ["a"], True])
def test_an_entry_that_is_no_class_is_told_by_its_number(entry):
    assert "neither a name nor a class" in read(json.dumps(["Oak", entry]))[1].fault


def test_a_line_whose_cells_are_unclear_is_told():
    assert "give the table a header" in read("Oak,a,b,c2,d3\nElm,x,#000000,1,z")[0].fault


@pytest.mark.parametrize(
    "text", ["", " \n \n", "[]", "{", '{"a"', "{}", '{"classes": 1}', "[" * 100_000, "x" * (MOST_TEXT + 1), "name,code"]
)
def test_no_list_at_all_is_told(text):
    with pytest.raises(BadSettings) as told:
        read(text)
    assert 20 < len(str(told.value)) < 400


def test_a_thousand_lines_are_read_and_more_refused():
    assert len(read("\n".join(f"Class {number}" for number in range(MOST_LINES)))) == MOST_LINES
    with pytest.raises(BadSettings, match="1,001 lines"):
        read("\n".join(f"Class {number}" for number in range(MOST_LINES + 1)))


def test_half_a_character_becomes_a_whole_one():
    assert read('["a\\ud800"]')[0].said == {"name": "a?"}
