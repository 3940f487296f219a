"""Tour: who has been through the guided tour of the label page, or skipped it."""

from django.conf import settings
from django.db import models

from annotation.clock import Moment


class Tour(models.Model):
    """One person's, for all projects; without a row the tour is offered."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tour")
    over_at = Moment(auto_now_add=True)

    def __str__(self) -> str:
        """Return whose it is."""
        return f"tour of {self.user}"
