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


class JoinLink(models.Model):
    """A link that lets one person make an account, or join a project with the one they have. It works once."""

    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="join_links")
    role = models.CharField(max_length=12, choices=Role.choices, blank=True)  # empty without a project
    administrator = models.BooleanField(default=False)  # made on the command line only
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the secret, which is long and random
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = Moment()
    expires_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        """Return what it makes of whoever opens it."""
        if self.project:
            return f"{self.get_role_display()} of {self.project}"
        return "Administrator" if self.administrator else "Account"
