"""Keyboard: the keys that a person chose in place of those that the pages come with."""

from django.conf import settings
from django.db import models


class Keyboard(models.Model):
    """One person's choice, for all projects."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="keyboard")
    keys = models.JSONField(default=dict)  # {the key that a page asks for: the key that this person presses}

    def __str__(self) -> str:
        """Return the keys that were changed."""
        return ", ".join(f"{key}: {pressed}" for key, pressed in self.keys.items())
