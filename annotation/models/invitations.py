"""Invitation: somebody is asked to become a member, by a name that may or may not be anybody's."""

from django.conf import settings
from django.db import models

from annotation.clock import Moment
from annotation.models.projects import Project, Role


class Invitation(models.Model):
    """A name that was asked into a project; it says nothing of whether there is such an account."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="invitations")
    username = models.CharField(max_length=150)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.ANNOTATOR)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    invited_at = Moment()
    declined_at = models.DateTimeField(null=True, blank=True)  # owners are not told: it would say that there is one

    class Meta:
        """A name is asked once."""

        constraints = [models.UniqueConstraint(fields=["project", "username"], name="one_invitation_a_name")]
        ordering = ["id"]

    def __str__(self) -> str:
        """Return who is asked to be what."""
        return f"{self.username} ({self.get_role_display()}, invited)"
