"""LabelClass: a class of a project, how classes are listed in order and groups, and the versions of the list."""

from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from annotation.clock import Moment
from annotation.models.projects import PLAIN_NAME, Project

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write the colour as #rrggbb.")
HOTKEY = RegexValidator(r"^[a-z0-9]$", "A key is one letter a-z or one digit.")
PLAIN_TEXT = RegexValidator(r"^[^\x00-\x09\x0b-\x1f\x7f]*$", "Leave out control characters; lines may end.")
LONGEST_DEFINITION, LONGEST_NAME = 2000, 80  # characters


class LabelClass(models.Model):
    """A class of a project; its code is never reused, and a merge is a pointer."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="classes")
    code = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(255)])
    name = models.CharField(max_length=LONGEST_NAME, validators=[PLAIN_NAME])
    colour = models.CharField(max_length=7, validators=[HEX_COLOUR])
    hotkey = models.CharField(max_length=1, blank=True, validators=[HOTKEY])
    group = models.CharField(max_length=LONGEST_NAME, blank=True, default="", db_default="", validators=[PLAIN_NAME])
    position = models.PositiveIntegerField(default=0, db_default=0)  # in the list, where people put it; ties go by code
    definition = models.TextField(  # what belongs to it and what does not, in words
        blank=True, default="", db_default="", max_length=LONGEST_DEFINITION, validators=[PLAIN_TEXT]
    )
    retired = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    class Meta:
        """Codes, and the names and keys in use, are unique in a project."""

        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="one_class_a_code"),
            models.UniqueConstraint(
                fields=["project", "name"], condition=models.Q(retired=False), name="one_class_a_name"
            ),
            models.UniqueConstraint(
                fields=["project", "hotkey"],
                condition=models.Q(retired=False) & ~models.Q(hotkey=""),
                name="one_class_a_key",
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def to_dict(self) -> dict[str, Any]:
        """Return what a schema snapshot and an export say of this class; a group and a definition where it has one."""
        return {
            "code": self.code,
            "name": self.name,
            "colour": self.colour,
            "hotkey": self.hotkey,
            **({"group": self.group} if self.group else {}),
            **({"definition": self.definition} if self.definition else {}),
            "retired": self.retired,
            "merged_into": self.merged_into.code if self.merged_into else None,
        }


def in_order(classes: Iterable[LabelClass]) -> list[LabelClass]:
    """Return classes as people see them listed: those of no group, then group after group.

    A group stands where the first of its classes in use stands; a class is found in its group by its position.
    """
    rows = sorted(classes, key=lambda each: (each.position, each.code))
    places = {"": -1}
    for each in sorted(rows, key=lambda each: each.retired):
        places.setdefault(each.group, len(places))
    return sorted(rows, key=lambda each: places[each.group])


class Schema(models.Model):
    """One version of a project's list of classes, frozen when the list changed."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="schemas")
    number = models.PositiveIntegerField()
    classes = models.JSONField()
    created_at = Moment(auto_now_add=True)

    class Meta:
        """Newest first."""

        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_schema_a_number")]

    def __str__(self) -> str:
        """Return which version this is."""
        return f"Schema {self.number} of {self.project}"
