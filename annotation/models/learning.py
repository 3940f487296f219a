"""What the model says: Round and Rank, ModelVersion and Suggestion."""

from pathlib import Path
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from annotation import storage
from annotation.clock import Moment
from annotation.models.blindness import blind
from annotation.models.imagery import SHA256
from annotation.models.label_classes import LabelClass
from annotation.models.projects import Project
from annotation.models.samples import Sample


class Round(models.Model):
    """One ranking of a project's samples; the newest one is served."""

    PRUNED: ClassVar[dict[str, bool]] = {"pruned": True}  # `inputs` of a round that is too old to replay

    project = models.ForeignKey(Project, models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField()
    strategy = models.CharField(max_length=40)
    seed = models.PositiveBigIntegerField()
    encoder = models.CharField(max_length=64)  # digest: which vectors it ranked
    labels = models.PositiveIntegerField()  # labelled samples that the fit saw, audits left out
    classes = models.PositiveSmallIntegerField(default=0)  # that the fit knows; 0 is a cold start without a fit
    candidates = models.PositiveIntegerField()  # samples that could be ranked
    audits = models.PositiveIntegerField(default=0)  # labelled audit samples behind `accuracy`
    accuracy = models.FloatField(null=True, blank=True)  # on audit samples, weighted by inclusion probability
    accuracy_low = models.FloatField(null=True, blank=True)  # 95 % interval
    accuracy_high = models.FloatField(null=True, blank=True)
    report = models.JSONField(
        default=dict, blank=True
    )  # what the audits say of classes and areas, and how far they reach
    seconds = models.FloatField(default=0)
    inputs = models.JSONField(default=dict)  # what else is needed to ask the same again; arrays lie in a file beside it
    seen_at = Moment(default=timezone.now)  # what was said later, the fit did not hear
    created_at = Moment(auto_now_add=True)

    class Meta:
        """Newest first."""

        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_round_a_number")]

    def __str__(self) -> str:
        """Return its number and strategy."""
        return f"Round {self.number} ({self.strategy})"


class Rank(models.Model):
    """A place in a round's order, for its top samples."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="ranks")
    sample = models.ForeignKey(Sample, models.CASCADE, related_name="ranks")
    position = models.PositiveIntegerField()  # 1 is served first
    score = models.FloatField(null=True, blank=True)  # none for audits, nor for what is somebody's next unpicked
    reason = models.CharField(max_length=200, blank=True)
    marks = models.JSONField(default=dict)  # points of the tile to ask for, of some tiles that take a mask

    class Meta:
        """One sample a place."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="one_rank_a_position"),
            models.UniqueConstraint(fields=["round", "sample"], name="one_rank_a_sample"),
        ]

    def __str__(self) -> str:
        """Return the position."""
        return f"{self.position} of {self.round}"


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    """Many versions."""

    def of_models(self) -> Self:
        """Leave out what no model said: labels that somebody brought along for review."""
        return self.exclude(state=ModelVersion.State.IMPORTED)


class ModelVersion(models.Model):
    """An encoder, a calibrated head, what they were fitted on and honest metrics."""

    class State(models.TextChoices):
        """Whether its suggestions count."""

        BUILDING = "building", "Being built"
        CANDIDATE = "candidate", "Candidate"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"
        DISCARDED = "discarded", "Discarded"
        IMPORTED = "imported", "No model: labels that somebody brought along"

    class Origin(models.TextChoices):
        """What made it differ from the version before."""

        LABELS = "labels", "More labels"
        FINETUNE = "finetune", "Fine-tuned on the labels"
        PRETRAIN = "pretrain", "Pretrained further on this imagery"
        SWITCH = "switch", "Another encoder was chosen"
        IMPORTED = "imported", "Brought along"

    project = models.ForeignKey(Project, models.CASCADE, related_name="model_versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.BUILDING)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.LABELS)
    reason = models.CharField(max_length=400, blank=True)  # why it is in its state, in plain words
    encoder_name = models.CharField(max_length=120)
    encoder = models.CharField(max_length=64)  # digest
    head = models.CharField(max_length=300)  # path of the head, relative to DATA_DIR; '' when it was pruned
    labels = models.PositiveIntegerField()
    metrics = models.JSONField(default=dict)
    created_at = Moment(auto_now_add=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        """Newest first; at most one is published."""

        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="one_model_version_a_number"),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(state="published"), name="one_published_model_version"
            ),
        ]

    def __str__(self) -> str:
        """Return its number."""
        return f"Model version {self.number}"

    @property
    def head_file(self) -> Path:
        """Return the absolute path of the head, once it lies on this machine."""
        return storage.fetch(self.place)

    @property
    def place(self) -> Path:
        """Return the absolute path under which the head is stored."""
        return Path(settings.DATA_DIR) / self.head


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Many suggestions."""

    def visible(self) -> Self:
        """Leave out those on audit samples that still wait for their label."""
        return self.exclude(blind("sample"))

    def undecided(self) -> Self:
        """Return those that a reviewer may decide on: open, on an open sample, visible."""
        return self.visible().filter(state=Suggestion.State.OPEN, sample__state=Sample.State.OPEN)


class Suggestion(models.Model):
    """What a published model version said about a sample."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        CORRECTED = "corrected", "Corrected"
        REJECTED = "rejected", "Rejected"
        SUPERSEDED = "superseded", "Superseded by a newer version"

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="suggestions")
    model_version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="suggestions")
    value = models.JSONField(default=dict, blank=True)  # the answer that it would give, typed by the task
    details = models.JSONField(default=dict, blank=True)  # what else the task tells of it, such as an interval
    label = models.ForeignKey(LabelClass, models.PROTECT, null=True, blank=True, related_name="+")  # dominant in a mask
    confidence = models.FloatField()  # calibrated chance of being right; mean over pixels of a mask
    mask = models.CharField(max_length=64, blank=True, validators=[SHA256])
    cluster = models.PositiveIntegerField(default=0)  # look-alikes share one, for the contact sheet
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = Moment(auto_now_add=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        """A version speaks once of a sample."""

        ordering = ["-confidence", "id"]
        constraints = [models.UniqueConstraint(fields=["model_version", "sample"], name="one_suggestion_a_version")]
        indexes = [models.Index(fields=["model_version", "state", "-confidence"])]

    def __str__(self) -> str:
        """Return the label and the confidence."""
        return f"{self.label or self.value} ({self.confidence:.0%})"
