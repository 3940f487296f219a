"""Release: a frozen, checksummed, reproducible export of a project's labels."""

from typing import Any

from django.db import models

from annotation.clock import Moment
from annotation.models.exports import Export
from annotation.models.imagery import SHA256
from annotation.models.projects import Project


class Release(models.Model):
    """A version of the labels that is never changed: who cites its number and digest means these bytes."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    export = models.OneToOneField(Export, models.CASCADE, related_name="release")  # its file; goes with the project
    content = models.CharField(max_length=64, validators=[SHA256])  # of all that it says, its number left out
    licence = models.CharField(max_length=100)
    notes = models.CharField(max_length=2000, blank=True)
    changes = models.JSONField(default=dict)  # how many samples were added, removed and changed since the one before
    created_at = Moment(auto_now_add=True)

    class Meta:
        """Newest first; a number is there once."""

        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="one_release_a_number"),
        ]

    def __str__(self) -> str:
        """Return its number and the project."""
        return f"release {self.number} of {self.project}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once; nothing of a release is ever changed."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)
