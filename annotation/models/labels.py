"""What people say: Annotation versions, the Lease on a sample, and the Review of a suggestion or annotation."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.utils import timezone

from annotation import clock
from annotation.clock import Moment
from annotation.models.blindness import blind
from annotation.models.imagery import SHA256
from annotation.models.projects import LabelClass, Project, Schema
from annotation.models.samples import Sample


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    """Many annotations."""

    def by_people(self) -> Self:
        """Leave out what was accepted by promise: nobody looked at it."""
        return self.exclude(provenance=Annotation.Provenance.PROMISED)

    def readable_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Leave out what would colour an audit that waits: a model's word, and others' before a second person's."""
        doubled = models.Q(sample__audit__opinions__gt=1, sample__state__in=Sample.WANTED)
        of_model = [Annotation.Provenance.PROMISED, Annotation.Provenance.MODEL_ACCEPTED]
        hints = blind("sample") & models.Q(provenance__in=of_model)
        return self.exclude(hints).exclude(doubled & ~models.Q(author=user.pk))


class Annotation(models.Model):
    """One version of what one person said about a sample; never overwritten, and no cascade takes it along."""

    class Verdict(models.TextChoices):
        """What kind of answer this is."""

        LABEL = "label", "Label"
        SKIP = "skip", "Skipped"
        UNSURE = "unsure", "Unsure"
        RETRACT = "retract", "Taken back"

    class Provenance(models.TextChoices):
        """Who or what made it."""

        HUMAN = "human", "Human"
        MODEL_ACCEPTED = "model_accepted", "Model, accepted by a person"
        PROMISED = "promised", "Model, accepted by promise"
        IMPORTED = "imported", "Imported"
        SIMULATED = "simulated", "Simulated annotator"

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="annotations")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="annotations")
    version = models.PositiveIntegerField(default=1)  # 1, 2, ... for each author and sample
    current = models.BooleanField(default=True)  # the author's newest version
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.LABEL)
    label = models.ForeignKey(LabelClass, models.PROTECT, null=True, blank=True, related_name="annotations")
    value = models.JSONField(default=dict, blank=True)  # typed by the task; `label` and `mask` are columns of it
    mask = models.CharField(max_length=64, blank=True, validators=[SHA256])  # content hash of a class-index mask
    reason = models.CharField(max_length=300, blank=True)  # why skipped or unsure
    schema = models.ForeignKey(Schema, models.PROTECT, related_name="+")
    provenance = models.CharField(max_length=16, choices=Provenance.choices, default=Provenance.HUMAN)
    model_version = models.ForeignKey(  # whose suggestion was accepted
        "annotation.ModelVersion", models.PROTECT, null=True, blank=True, related_name="accepted_annotations"
    )
    acceptance = models.ForeignKey(  # by whose promise nobody looked at it
        "annotation.Acceptance", models.PROTECT, null=True, blank=True, related_name="annotations"
    )
    seconds = models.FloatField(default=0, validators=[MinValueValidator(0)])  # spent by the author
    interactions = models.PositiveIntegerField(null=True, blank=True)  # keys and clicks of the author; None: uncounted
    created_at = Moment(default=timezone.now)

    # By somebody who looked at it; of these one by one, with the seconds that it took: what a pace is told of
    BY_HAND = models.Q(provenance__in=[Provenance.HUMAN, Provenance.MODEL_ACCEPTED])
    ONE_BY_ONE = BY_HAND & models.Q(seconds__gt=0)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        """A chain of versions for each author and sample, one of them current."""

        ordering = ["id"]
        indexes = [models.Index(fields=["created_at"])]  # each submit counts what came since the newest round
        constraints = [
            models.UniqueConstraint(fields=["sample", "author", "version"], name="one_annotation_a_version"),
            models.UniqueConstraint(
                fields=["sample", "author"], condition=models.Q(current=True), name="one_current_annotation_an_author"
            ),
        ]

    def __str__(self) -> str:
        """Return the author and the answer."""
        return f"{self.author}: {self.label or self.get_verdict_display()}"


class LeaseQuerySet(models.QuerySet["Lease"]):
    """Many leases."""

    def active(self, at: datetime | None = None) -> Self:
        """Return those that have not run out."""
        return self.filter(expires_at__gt=at or clock.now())

    @transaction.atomic
    def let_go(self) -> int:
        """Delete them, locked in one order as claims and rounds lock them, so that none waits in a ring."""
        held = list(self.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        Lease.objects.filter(pk__in=held).delete()
        return len(held)


class Lease(models.Model):
    """A person's hold on a sample, for minutes, renewed by heartbeat."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="leases")
    sample = models.ForeignKey(Sample, models.CASCADE, related_name="leases")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="leases")
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    rank = models.ForeignKey("annotation.Rank", models.SET_NULL, null=True, blank=True, related_name="+")
    claimed_at = Moment(default=timezone.now)
    shown_at = models.DateTimeField(null=True, blank=True)  # none: prefetched only
    expires_at = models.DateTimeField()

    objects = LeaseQuerySet.as_manager()

    class Meta:
        """A person holds a sample once."""

        constraints = [models.UniqueConstraint(fields=["sample", "user"], name="one_lease_a_person")]
        indexes = [models.Index(fields=["project", "user"]), models.Index(fields=["sample", "expires_at"])]

    def __str__(self) -> str:
        """Return who holds what."""
        return f"{self.user} holds {self.sample}"

    @staticmethod
    def end() -> datetime:
        """Return when a lease taken now runs out."""
        return clock.now() + timedelta(minutes=settings.LEASE_MINUTES)


class ReviewVerdict(models.TextChoices):
    """What a reviewer decided."""

    ACCEPT = "accept", "Accepted"
    CORRECT = "correct", "Corrected"
    REJECT = "reject", "Rejected"


class ReviewBatch(models.Model):
    """Suggestions that a reviewer decided on with one press, and who took that back, if somebody did."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="review_batches")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=ReviewVerdict.choices)
    decided = models.PositiveIntegerField(default=0)  # suggestions
    undone = models.PositiveIntegerField(default=0)  # of these taken back; others had changed since
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    created_at = Moment(auto_now_add=True)

    class Meta:
        """Newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        """Return who decided on how many, and what."""
        return f"{self.reviewer}: {self.decided} {self.get_verdict_display().lower()}"


class Review(models.Model):
    """A reviewer's verdict on a suggestion or an annotation."""

    Verdict = ReviewVerdict

    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    suggestion = models.ForeignKey(
        "annotation.Suggestion", models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    annotation = models.ForeignKey(Annotation, models.PROTECT, null=True, blank=True, related_name="reviews")
    verdict = models.CharField(max_length=8, choices=ReviewVerdict.choices)
    batch = models.ForeignKey(ReviewBatch, models.PROTECT, null=True, blank=True, related_name="reviews")
    result = models.ForeignKey(Annotation, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = Moment(auto_now_add=True)

    class Meta:
        """A review speaks of one thing."""

        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(suggestion__isnull=False) ^ models.Q(annotation__isnull=False),
                name="review_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        """Return who decided what."""
        return f"{self.reviewer}: {self.get_verdict_display()}"
