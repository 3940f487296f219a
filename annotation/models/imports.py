"""Import: labels out of a stranger's file, looked at, then taken in, and each item's fate."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from annotation import storage
from annotation.clock import Moment
from annotation.models.imagery import SHA256
from annotation.models.jobs import Job
from annotation.models.label_classes import LabelClass
from annotation.models.labels import Annotation
from annotation.models.learning import ModelVersion
from annotation.models.projects import Project
from annotation.models.samples import Sample


class Import(models.Model):
    """A file of labels: what it says, what would become of that, and what did."""

    class State(models.TextChoices):
        """Where it stands; what is under way is done by its job."""

        LOOKING = "looking", "Being looked at"
        READY = "ready", "Waiting for a word"
        TAKING = "taking", "Being taken in"
        TAKEN = "taken", "Taken in"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Taken back"

    class Trust(models.TextChoices):
        """As what its labels count."""

        TRUSTED = "trusted", "Labels that count at once"
        REVIEW = "review", "Suggestions, which count when a reviewer accepts them"
        TRUTH = "truth", "Truth that is held out: it counts as audits, and no model learns from it"

    project = models.ForeignKey(Project, models.CASCADE, related_name="imports")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="imports")  # the newest
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)  # of the file, for people's eyes
    path = models.CharField(max_length=300, blank=True)  # of our copy, relative to DATA_DIR; '' when it is gone
    sha256 = models.CharField(max_length=64, validators=[SHA256])
    size = models.PositiveBigIntegerField(default=0)  # bytes
    state = models.CharField(max_length=8, choices=State.choices, default=State.LOOKING)
    trust = models.CharField(max_length=8, choices=Trust.choices, default=Trust.TRUSTED)
    options = models.JSONField(default=dict)  # how the file is read and its areas become labels
    mapping = models.JSONField(default=dict)  # key of the file's class -> our code; null: left out
    report = models.JSONField(default=dict)  # what the file says on the whole, and counts by fate
    model_version = models.ForeignKey(  # under whose name its suggestions go
        ModelVersion, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    created_at = Moment(auto_now_add=True)

    class Meta:
        """Newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        """Return the file's name."""
        return self.name

    @property
    def file(self) -> Path:
        """Return the absolute path of our copy, once it lies on this machine."""
        return storage.fetch(self.place)

    @property
    def place(self) -> Path:
        """Return the absolute path under which our copy is stored."""
        return Path(settings.DATA_DIR) / self.path

    @property
    def items_file(self) -> Path:
        """Return where its items lie, one a line, once it was read."""
        return self.place.with_name("items.jsonl")


class ImportItem(models.Model):
    """What became of something that a file says: a label of a sample, or the reason why it is none."""

    class Fate(models.TextChoices):
        """What happens, or happened."""

        TAKEN = "taken", "Taken"
        KNOWN = "known", "There already"
        UNMAPPED = "unmapped", "Its class has no place yet"
        LEFT_OUT = "left_out", "Its class is left out"
        OUTSIDE = "outside", "Outside all tiles"
        SHORT = "short", "Covers too little of any tile"
        CONFLICT = "conflict", "Contradicts what is there"
        BROKEN = "broken", "Cannot be understood"

    of = models.ForeignKey(Import, models.CASCADE, related_name="items")
    at = models.CharField(max_length=300)  # where in the file
    fate = models.CharField(max_length=8, choices=Fate.choices)
    message = models.CharField(max_length=500, blank=True)
    sample = models.ForeignKey(Sample, models.CASCADE, null=True, blank=True, related_name="+")
    base = models.BigIntegerField(null=True, blank=True)  # the annotation that counted when it was looked at
    verdict = models.CharField(max_length=8, choices=Annotation.Verdict.choices, default=Annotation.Verdict.LABEL)
    label = models.ForeignKey(LabelClass, models.CASCADE, null=True, blank=True, related_name="+")
    value = models.JSONField(default=dict, blank=True)  # as the task keeps it
    mask = models.CharField(max_length=64, blank=True, validators=[SHA256])
    share = models.FloatField(null=True, blank=True)  # of the tile, that the areas of this class cover
    source = models.JSONField(default=dict, blank=True)  # who said it where it comes from, when and how
    comment = models.TextField(blank=True, default="", db_default="")  # that it is, where it is no label
    key = models.CharField(max_length=64, blank=True)  # hash of sample, value and source
    annotation = models.OneToOneField(  # that it became
        Annotation, models.CASCADE, null=True, blank=True, related_name="import_item"
    )

    class Meta:
        """In the order of the file."""

        ordering = ["id"]
        indexes = [models.Index(fields=["of", "fate", "id"]), models.Index(fields=["key"])]

    def __str__(self) -> str:
        """Return where it stands and what becomes of it."""
        return f"{self.at}: {self.get_fate_display()}"

    def to_dict(self) -> dict[str, Any]:
        """Return what people are told of it."""
        return {
            "at": self.at,
            "fate": self.fate,
            "message": self.message,
            "sample": self.sample_id,
            "value": self.value,
            "comment": self.comment,
            "share": self.share,
            "source": self.source,
            "annotation": self.annotation_id,
        }
