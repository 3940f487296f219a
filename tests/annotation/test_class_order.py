"""The order in which classes are listed: by position, and group after group."""

from annotation.models import LabelClass
from annotation.models.label_classes import in_order


def listed(*rows):
    """Return the codes in order of classes given as (code, position, group, retired)."""
    made = [LabelClass(code=code, position=at, group=group, retired=gone) for code, at, group, gone in rows]
    return [each.code for each in in_order(made)]


def test_it_works():
    assert listed((1, 3, "", False), (2, 1, "", False), (3, 2, "", False)) == [2, 3, 1]


def test_before_anybody_ordered_them_they_stand_by_code():
    assert listed((2, 0, "", False), (1, 0, "", False), (3, 1, "", False)) == [1, 2, 3]


def test_a_group_stays_together_where_its_first_class_stands_and_classes_of_none_come_first():
    rows = [(1, 1, "Water", False), (2, 2, "Wood", False), (3, 3, "Water", False), (4, 4, "", False)]
    assert listed(*rows) == [4, 1, 3, 2]


def test_a_retired_class_holds_no_place_for_its_group():
    rows = [(1, 1, "Water", True), (2, 2, "Wood", False), (3, 3, "Water", False)]
    assert listed(*rows) == [2, 1, 3]
