"""Overlay: lines and points that a project's owner laid over its imagery, such as borders or field plots."""

from django.conf import settings
from django.contrib.gis.db import models

from annotation.clock import Moment
from annotation.models.label_classes import HEX_COLOUR
from annotation.models.projects import PLAIN_NAME, Project


class Overlay(models.Model):
    """One drawing with a name and a colour; nothing is learnt from it, and no export holds it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="overlays")
    name = models.CharField(max_length=80, validators=[PLAIN_NAME])
    colour = models.CharField(max_length=7, validators=[HEX_COLOUR])
    shape = models.GeometryCollectionField(srid=4326)  # lines (borders of areas, too) within ±180°, and points
    vertices = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = Moment(auto_now_add=True)

    class Meta:
        """In the order in which they were added."""

        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_overlay_a_name")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
