"""What may be believed: AuditDraw, AuditForecast, Exposure, and the Acceptance of pre-labels by promise."""

from django.conf import settings
from django.db import models

from annotation.clock import Moment
from annotation.models.imagery import SHA256
from annotation.models.label_classes import LabelClass
from annotation.models.learning import ModelVersion
from annotation.models.projects import Project, PromiseKind
from annotation.models.samples import Sample


class Acceptance(models.Model):
    """Pre-labels that were accepted unseen, what was promised of them, and whether that still holds."""

    class State(models.TextChoices):
        """Whether its labels count."""

        IN_FORCE = "in_force", "In force"
        ROLLED_BACK = "rolled_back", "Rolled back"

    project = models.ForeignKey(Project, models.CASCADE, related_name="acceptances")
    model_version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="acceptances")
    kind = models.CharField(max_length=10, choices=PromiseKind.choices)
    bound = models.FloatField()  # share of errors that was promised
    threshold = models.FloatField()  # least confidence that was accepted
    accepted = models.PositiveIntegerField(default=0)  # samples
    expected_errors = models.FloatField()  # as the audits showed them
    limit = models.FloatField()  # upper 90 % limit of the share of errors
    audits = models.PositiveIntegerField()  # behind the promise
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=11, choices=State.choices, default=State.IN_FORCE)
    looks = models.PositiveIntegerField(default=0)  # how often the promise was tested since
    checks = models.PositiveIntegerField(default=0)  # audits of its labels at the last look
    errors = models.FloatField(default=0)  # among them; of masks the wrong share of each
    reason = models.CharField(max_length=400, blank=True)  # why it was rolled back, in plain words
    rolled_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    rolled_back_at = models.DateTimeField(null=True, blank=True)
    created_at = Moment(auto_now_add=True)

    class Meta:
        """Newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        """Return how many were accepted from which version."""
        return f"{self.accepted} labels of {self.model_version}"


class AuditDraw(models.Model):
    """A sample drawn at random: labelled without a hint of the model, never trained on."""

    class Kind(models.TextChoices):
        """With which chances it was drawn first."""

        UNIFORM = "uniform", "All alike"
        WEIGHTED = "weighted", "More where the model was less sure"
        STRATIFIED = "stratified", "Some from every scene"
        CHECK = "check", "Among labels accepted by promise"
        IMPORTED = "imported", "Truth that somebody brought along"

    sample = models.OneToOneField(Sample, models.CASCADE, related_name="audit")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.UNIFORM)
    probability = models.FloatField()  # that any draw so far took this sample
    pool = models.PositiveIntegerField()  # samples that it was drawn from
    uniform_at = models.DateTimeField(null=True, blank=True)  # when a uniform draw took it: only such feed promises
    acceptance = models.ForeignKey(Acceptance, models.CASCADE, null=True, blank=True, related_name="draws")
    accepted = models.ForeignKey(  # the label that a check looks at
        "annotation.Annotation", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opinions = models.PositiveSmallIntegerField(default=1)  # people who answer it, unseen by one another
    drawn_at = Moment(auto_now_add=True)

    def __str__(self) -> str:
        """Return the sample."""
        return f"audit of {self.sample}"


class AuditForecast(models.Model):
    """What a published version says of an audit that was drawn before it: for promises, and shown to nobody."""

    draw = models.ForeignKey(AuditDraw, models.CASCADE, related_name="forecasts")
    model_version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="forecasts")
    value = models.JSONField(default=dict, blank=True)  # typed by the task, as a suggestion's
    label = models.ForeignKey(LabelClass, models.CASCADE, null=True, blank=True, related_name="+")
    confidence = models.FloatField()
    mask = models.CharField(max_length=64, blank=True, validators=[SHA256])

    class Meta:
        """A version speaks once of an audit."""

        constraints = [models.UniqueConstraint(fields=["model_version", "draw"], name="one_forecast_a_version")]

    def __str__(self) -> str:
        """Return the version and the audit."""
        return f"{self.model_version} on {self.draw}"


class Exposure(models.Model):
    """How likely the draws so far were to take each sample of a project, taken or not."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="exposure")
    values = models.BinaryField()  # float32 [N] by row: -log of the chance of not having been drawn

    def __str__(self) -> str:
        """Return the project."""
        return f"exposure of {self.project}"
