"""Comments on tiles, and when each person last looked into their inbox."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models

from annotation.clock import Moment
from annotation.models.imports import ImportItem
from annotation.models.label_classes import PLAIN_TEXT
from annotation.models.samples import Sample

LONGEST = 2000  # characters


class Comment(models.Model):
    """What somebody wrote about a tile; with a flag, until somebody says that it is settled, it asks for a look."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    text = models.TextField(max_length=LONGEST, validators=[PLAIN_TEXT, MaxLengthValidator(LONGEST)])
    flags = models.BooleanField(default=False)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    item = models.OneToOneField(  # of an import, which tells who wrote it there and when
        ImportItem, models.SET_NULL, null=True, blank=True, related_name="written"
    )
    created_at = Moment(auto_now_add=True)

    class Meta:
        """In the order in which they were written."""

        ordering = ["id"]

    def __str__(self) -> str:
        """Return who wrote what."""
        return f"{self.author}: {self.text[:40]}"

    @property
    def told(self) -> dict[str, Any]:
        """Return what a file says of who wrote it and when; nothing of what was written here."""
        return self.item.source if self.item else {}

    @property
    def writer(self) -> str:
        """Return by whom people are told that it is; never one of the project's own for what came in from a file."""
        name = str(self.told.get("author") or self.author.get_username())
        return f"{name} (imported)" if self.item_id else name


class InboxVisit(models.Model):
    """Until when a person has seen what is for them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox_visit")
    seen_at = Moment()

    def __str__(self) -> str:
        """Return who it was."""
        return f"{self.user}, {self.seen_at}"
