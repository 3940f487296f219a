"""Webhook: an address that is told what happens in a project; Delivery: one message to it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models

from annotation.clock import Moment
from annotation.models.projects import Project

# before the second try of a message, the third and so on; after the last one the webhook pauses
BACK_OFF = tuple(timedelta(seconds=each) for each in (10, 60, 300, 1800, 7200, 21_600, 43_200))


class EventKind(models.TextChoices):
    """What can be told."""

    LABELS = "labels.created", "New answers"
    VERSION = "version.published", "A model version is published"
    RELEASE = "release.created", "A release is made"
    TEST = "test", "A test, on request"


class Webhook(models.Model):
    """An address, what it wants to hear, and how far it has heard: labels and releases up to a row, which version."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)  # of EventKind
    secret = models.CharField(max_length=120)  # kept as it is, since messages are signed with it
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = Moment(auto_now_add=True)
    labels_told = models.BigIntegerField(default=0)  # the last annotation that was told, or is of other projects
    labels_known = models.BigIntegerField(default=0)  # the newest one when the table was last looked at
    looked_at = models.DateTimeField()
    version_told = models.PositiveIntegerField(default=0)  # number of the version that was last told as published
    release_told = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_because = models.CharField(max_length=300, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)  # somebody delivers; a killed one is waited for no longer

    class Meta:
        """In the order in which they were made."""

        ordering = ["id"]

    def __str__(self) -> str:
        """Return what hears of which project; not the address, which may hold a secret."""
        return f"webhook {self.pk} of {self.project}"


class Delivery(models.Model):
    """A message, waiting or sent; those of one webhook are sent one after the other."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    message = models.CharField(max_length=40, unique=True)  # who gets it twice knows it again by this
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    content = models.JSONField(default=dict)
    created_at = Moment()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)  # taken with a status of the 200s
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of HTTP, of the last try
    error = models.CharField(max_length=300, blank=True)
    seconds = models.FloatField(default=0)  # that the last try took

    class Meta:
        """The newest first; those that wait are looked for each few seconds."""

        ordering = ["-id"]
        indexes = [
            models.Index(fields=["webhook", "id"], condition=models.Q(sent_at=None), name="deliveries_that_wait"),
            models.Index(fields=["webhook", "-id"], name="deliveries_of_a_webhook"),
        ]

    def __str__(self) -> str:
        """Return what it tells."""
        return f"{self.kind} ({self.message})"

    def told(self) -> dict[str, Any]:
        """Return all that is told, the same at each try."""
        return {"type": self.kind, "timestamp": self.created_at.isoformat(), "data": self.content}
