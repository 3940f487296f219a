"""AccessToken: what lets a person's programs in, with no more rights than it was given."""

from django.conf import settings
from django.db import models

from annotation.clock import Moment
from annotation.models.projects import PLAIN_NAME, Project

PREFIX = 12  # characters of a key that are kept as they are, to find its row and to tell tokens apart


class TokenScope(models.TextChoices):
    """What a token lets do; each includes those above it, and none gives more than the person's role."""

    READ = "read", "Read"
    LABEL = "label", "Label"
    REVIEW = "review", "Review"
    OWN = "own", "Everything"

    def includes(self, other: "TokenScope") -> bool:
        """Return whether this lets do what `other` does."""
        order = list(TokenScope)
        return order.index(self) >= order.index(other)


class AccessToken(models.Model):
    """A key for programs, kept as a digest only; it is worth nothing once its person has another password."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=80, validators=[PLAIN_NAME])
    project = models.ForeignKey(  # the only one that it opens; none: all of the person's
        Project, models.CASCADE, null=True, blank=True, related_name="access_tokens"
    )
    scope = models.CharField(max_length=10, choices=TokenScope.choices)
    prefix = models.CharField(max_length=PREFIX, db_index=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the key, which is long and random
    password = models.CharField(max_length=64)  # SHA-256 of the person's password as it was stored at that time
    created_at = Moment(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        """Return its name and the beginning of its key."""
        return f"{self.name} ({self.prefix}…)"
