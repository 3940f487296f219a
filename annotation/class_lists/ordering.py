"""Ordering: the classes of a project in the order, and under the groups, in which people want to see them."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from django.db import transaction

from annotation.deletions import hold_project
from annotation.errors import BadSettings, Overtaken
from annotation.models import LabelClass, Project
from annotation.models.label_classes import in_order
from annotation.projects import freeze_schema
from annotation.validation import check


class Placed(TypedDict):
    """A class at its place in a list."""

    code: int
    group: NotRequired[str]  # as it is, where nothing is said


@transaction.atomic
def order_classes(project: Project, classes: Sequence[Placed], *, seen: Sequence[int]) -> list[LabelClass]:
    """Put the classes in use in an order; codes and keys stay with them. `seen` is the order that whoever asks saw.

    Raises:
        Overtaken: somebody else changed the list meanwhile.
        BadSettings: a class is missing or named twice, or a group is no plain text.
    """
    hold_project(project)
    rows = {row.code: row for row in in_order(project.classes.filter(retired=False))}
    if list(seen) != list(rows):
        raise Overtaken("Somebody else changed the list of classes meanwhile: look at it as it is now, and try again.")
    codes = [each["code"] for each in classes]
    if sorted(codes) != sorted(rows):
        raise BadSettings(f"Name each class in use once to put them in order: {', '.join(map(str, rows))}.")
    before = [(row.code, row.group) for row in rows.values()]
    spelt: dict[str, str] = {}
    for position, placed in enumerate(classes, 1):
        row = rows[placed["code"]]
        group = " ".join(placed.get("group", row.group).split())
        row.position, row.group = position, spelt.setdefault(group.casefold(), group)
        check(row)
        row.save(update_fields=["position", "group"])
    ordered = in_order(rows.values())
    if [(row.code, row.group) for row in ordered] != before:
        freeze_schema(project)
    return ordered
