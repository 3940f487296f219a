"""Project and its people."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from annotation.clock import Moment

if TYPE_CHECKING:
    from annotation.models.label_classes import LabelClass

PLAIN_NAME = RegexValidator(r"^[^<>\x00-\x1f\x7f]+$", "Leave out <, > and control characters.")


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
