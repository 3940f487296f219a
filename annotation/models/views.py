"""View and Layout: the ways to look at imagery that the people of a project saved."""

from django.conf import settings
from django.db import models

from annotation.clock import Moment
from annotation.models.projects import PLAIN_NAME, Project


class View(models.Model):
    """A named way to look at a scene's numbers."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="views")
    name = models.CharField(max_length=80, validators=[PLAIN_NAME])
    sensor = models.CharField(max_length=250, blank=True)  # code of the one it is for; empty: all that have its bands
    recipe = models.JSONField()  # `mlcore.looks.Recipe.to_dict`
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = Moment(auto_now_add=True)

    class Meta:
        """In the order in which they were saved."""

        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "name", "sensor"], name="one_view_a_name")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Layout(models.Model):
    """A named arrangement of linked panes."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="layouts")
    name = models.CharField(max_length=80, validators=[PLAIN_NAME])
    panes = models.JSONField()  # one to four of {sensor, epoch, view}
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = Moment(auto_now_add=True)

    class Meta:
        """In the order in which they were saved."""

        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_layout_a_name")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
