"""Project, its people and its classes."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from annotation.clock import Moment

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write the colour as #rrggbb.")
HOTKEY = RegexValidator(r"^[a-z0-9]$", "A key is one letter a-z or one digit.")
PLAIN_NAME = RegexValidator(r"^[^<>\x00-\x1f\x7f]+$", "Leave out <, > and control characters.")
PLAIN_TEXT = RegexValidator(r"^[^\x00-\x09\x0b-\x1f\x7f]*$", "Leave out control characters; lines may end.")
LONGEST_DEFINITION = 2000  # characters


def check_bound(share: float) -> None:
    """Refuse a bound of errors that no model keeps, or that says nothing."""
    if share < 0.001:
        raise ValidationError("No model is without errors: allow 0.1 % at the least.")
    if not share <= 0.5:  # nor what is no number
        raise ValidationError("More errors than right labels are no promise: allow 50 % at the most.")


class Scope(models.TextChoices):
    """What a label of the project speaks of."""

    PLACE = "place", "The place, whatever shows it"
    EPOCH = "epoch", "The place at one epoch"
    PAIR = "pair", "What changed there between two epochs"


class PromiseKind(models.TextChoices):
    """What is promised of the errors among labels that are accepted unseen."""

    AVERAGE = "average", "On average over all such decisions"
    CONFIDENCE = "confidence", "In at least 90 % of such decisions"


class Role(models.TextChoices):
    """What a member may do; each role may do what those below it may."""

    OWNER = "owner", "Owner"
    REVIEWER = "reviewer", "Reviewer"
    ANNOTATOR = "annotator", "Annotator"
    VIEWER = "viewer", "Viewer"

    @property
    def may(self) -> frozenset["Role"]:
        """Return the roles whose rights this one includes."""
        order = list(Role)
        return frozenset(order[order.index(self) :])


class ProjectQuerySet(models.QuerySet["Project"]):
    """Many projects."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the projects that `user` is a member of; superusers see all."""
        if not user.is_authenticated:
            return self.none()
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(members__user=user)

    def with_role(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Say of each project, as `held`, what `user` is in it."""
        if getattr(user, "is_superuser", False):
            return self.annotate(held=models.Value(Role.OWNER.value))
        held = Member.objects.filter(project=models.OuterRef("pk"), user=user.pk).order_by()
        return self.annotate(held=models.Subquery(held.values("role")))


class Project(models.Model):
    """A labelling campaign."""

    name = models.CharField(max_length=120, validators=[PLAIN_NAME])
    description = models.TextField(blank=True, max_length=4000)
    task = models.CharField(max_length=20, default="classes")  # a key of annotation.tasks.TASKS
    task_options = models.JSONField(default=dict, blank=True)  # the kind's own settings, checked by it
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.PLACE)
    tile_px = models.PositiveIntegerField(default=64, validators=[MinValueValidator(8), MaxValueValidator(1024)])
    opinions = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(9)])
    audit_share = models.FloatField(default=0.1, validators=[MinValueValidator(0.0), MaxValueValidator(0.5)])
    double_share = models.FloatField(  # of the audits, once two people label: a second person answers them, too
        default=0.1, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    promise_kind = models.CharField(max_length=10, choices=PromiseKind.choices, blank=True)  # empty: none is wanted
    promise_bound = models.FloatField(  # share of errors among what is accepted unseen
        default=0.05,
        validators=[check_bound],
    )
    refit_every = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1)])
    strategy = models.CharField(max_length=40, default="auto")
    spacing = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(50)])  # tiles between two picks
    region_share = models.FloatField(  # of a batch, that one region may have at most
        default=0.5, validators=[MinValueValidator(0.05), MaxValueValidator(1.0)]
    )
    rare_share = models.FloatField(  # of a batch, that is asked for where classes with few labels begin
        default=0.0, validators=[MinValueValidator(0.0), MaxValueValidator(0.5)]
    )
    cloudy_above = models.FloatField(  # share of cloud in a tile from which on a date shows nothing; 1: none does
        default=1.0, db_default=1.0, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    compare_modalities = models.BooleanField(default=False, db_default=False)  # embed without each of them as well
    seed = models.PositiveIntegerField(default=0)
    encoder = models.CharField(max_length=120, default="nano")  # shipped, dir:NAME (ENCODERS_DIR), or its own digest
    created_at = Moment(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()
    held: str  # the reader's role, where `with_role` asked for it
    loaded_classes: "list[LabelClass] | None" = None  # where another query brought them along

    class Meta:
        """Newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def role_of(self, user: AbstractBaseUser | AnonymousUser) -> Role | None:
        """Return what `user` is in this project, or None for a stranger."""
        if not user.is_authenticated:
            return None
        if getattr(user, "is_superuser", False):
            return Role.OWNER
        role = self.members.filter(user_id=user.pk).values_list("role", flat=True).first()
        return Role(role) if role else None

    def codes_in_use(self) -> dict[int, int]:
        """Return for each class code the one that it counts as: itself, or what it was merged into; none if retired."""
        classes = {each.pk: each for each in self.all_classes()}
        codes = {}
        for each in classes.values():
            target = each
            while target.merged_into_id:
                target = classes[target.merged_into_id]
            if not target.retired:
                codes[each.code] = target.code
        return codes

    @property
    def no_change(self) -> int | None:
        """Return the code of the class that says nothing changed: the first in use, where labels compare two epochs."""
        return min(self.codes_in_use().values(), default=None) if self.scope == Scope.PAIR else None

    def all_classes(self) -> "list[LabelClass]":
        """Return the classes, those out of use as well, by code."""
        return list(self.classes.all()) if self.loaded_classes is None else self.loaded_classes

    def class_names(self) -> dict[int, str]:
        """Return the names of the classes by code."""
        return {each.code: each.name for each in self.all_classes()}


class Member(models.Model):
    """A person's role in a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.ANNOTATOR)

    class Meta:
        """One role a person."""

        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_role_a_member")]
        ordering = ["id"]

    def __str__(self) -> str:
        """Return who is what."""
        return f"{self.user} ({self.get_role_display()})"


class LabelClass(models.Model):
    """A class of a project; its code is never reused, and a merge is a pointer."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="classes")
    code = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(255)])
    name = models.CharField(max_length=80, validators=[PLAIN_NAME])
    colour = models.CharField(max_length=7, validators=[HEX_COLOUR])
    hotkey = models.CharField(max_length=1, blank=True, validators=[HOTKEY])
    definition = models.TextField(  # what belongs to it and what does not, in words
        blank=True, default="", db_default="", max_length=LONGEST_DEFINITION, validators=[PLAIN_TEXT]
    )
    retired = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    class Meta:
        """Codes, and the names and keys in use, are unique in a project."""

        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="one_class_a_code"),
            models.UniqueConstraint(
                fields=["project", "name"], condition=models.Q(retired=False), name="one_class_a_name"
            ),
            models.UniqueConstraint(
                fields=["project", "hotkey"],
                condition=models.Q(retired=False) & ~models.Q(hotkey=""),
                name="one_class_a_key",
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def to_dict(self) -> dict[str, Any]:
        """Return what a schema snapshot and an export say of this class; of a definition only where there is one."""
        return {
            "code": self.code,
            "name": self.name,
            "colour": self.colour,
            "hotkey": self.hotkey,
            **({"definition": self.definition} if self.definition else {}),
            "retired": self.retired,
            "merged_into": self.merged_into.code if self.merged_into else None,
        }


class Schema(models.Model):
    """One version of a project's list of classes, frozen when the list changed."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="schemas")
    number = models.PositiveIntegerField()
    classes = models.JSONField()
    created_at = Moment(auto_now_add=True)

    class Meta:
        """Newest first."""

        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_schema_a_number")]

    def __str__(self) -> str:
        """Return which version this is."""
        return f"Schema {self.number} of {self.project}"
