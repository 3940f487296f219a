"""Assignment: open tiles of a project that one member is to label."""

from django.conf import settings
from django.db import models

from annotation.clock import Moment
from annotation.models.projects import PLAIN_NAME, Member, Project


class Assignment(models.Model):
    """Tiles (`Sample.assignment`) that are handed to this member first, and to nobody else unless they are shared."""

    class Kind(models.TextChoices):
        """How the tiles were chosen."""

        NEXT = "next", "Next in the ranking"
        SCENE = "scene", "Of a scene"
        AREA = "area", "In an area"

    project = models.ForeignKey(Project, models.CASCADE, related_name="assignments")
    member = models.ForeignKey(Member, models.CASCADE, related_name="assignments")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    about = models.CharField(max_length=400)  # which tiles, in words
    note = models.CharField(max_length=300, blank=True, validators=[PLAIN_NAME])
    shared = models.BooleanField(default=False)  # others get its tiles, too, when their turn comes
    due = models.DateField(null=True, blank=True)  # by when it is wanted: told, never enforced
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_at = Moment()  # to this member

    left_out = 0  # tiles of the choice that were not free; told when it is made, not kept

    class Meta:
        """In the order in which they were made."""

        ordering = ["id"]

    def __str__(self) -> str:
        """Return who is to label what."""
        return f"{self.member.user}: {self.about}"
