"""Export: a labelled data set made in the background and downloaded when ready."""

from pathlib import Path

from django.conf import settings
from django.db import models

from annotation.clock import Moment
from annotation.models.imagery import SHA256
from annotation.models.jobs import Job
from annotation.models.projects import Project


class Export(models.Model):
    """A file with a project's labels; ready when it has a checksum."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="exports")
    job = models.OneToOneField(Job, models.SET_NULL, null=True, blank=True, related_name="export")
    format = models.CharField(max_length=20)  # a key of annotation.exports.FORMATS
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    path = models.CharField(max_length=300, blank=True)  # relative to DATA_DIR
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True, validators=[SHA256])
    annotations = models.PositiveIntegerField(default=0)
    created_at = Moment(auto_now_add=True)

    class Meta:
        """Newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        """Return the format and the project."""
        return f"{self.format} of {self.project}"

    @property
    def place(self) -> Path:
        """Return the absolute path under which it is stored."""
        return Path(settings.DATA_DIR) / self.path
