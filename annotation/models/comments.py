"""Comments on tiles, and when each person last looked into their inbox."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models

from annotation.clock import Moment
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
    created_at = Moment(auto_now_add=True)

    class Meta:
        """In the order in which they were written."""

        ordering = ["id"]

    def __str__(self) -> str:
        """Return who wrote what."""
        return f"{self.author}: {self.text[:40]}"


class InboxVisit(models.Model):
    """Until when a person has seen what is for them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox_visit")
    seen_at = Moment()

    def __str__(self) -> str:
        """Return who it was."""
        return f"{self.user}, {self.seen_at}"
