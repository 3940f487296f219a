"""Epochs: the moments and periods of a project, and the pairs of them between which change is labelled."""

from collections import defaultdict
from collections.abc import Collection

from django.db import models

from annotation.clock import Moment
from annotation.models.imagery import Scene
from annotation.models.projects import PLAIN_NAME, Project


class Epoch(models.Model):
    """A named moment or period of a project, with the scenes of any number of sensors that belong to it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="epochs")
    name = models.CharField(max_length=80, validators=[PLAIN_NAME])
    starts = models.DateField(null=True, blank=True)  # with `ends`: scenes of that period join by themselves
    ends = models.DateField(null=True, blank=True)  # that day still belongs to it
    scenes = models.ManyToManyField(Scene, related_name="epochs", blank=True)
    created_at = Moment(auto_now_add=True)

    class Meta:
        """In the order of time, those without a period last."""

        ordering = [models.F("starts").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="one_epoch_a_name"),
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True, ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="an_epoch_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


def members_of(project: Project, epochs: Collection[int] | None = None) -> dict[int, frozenset[int]]:
    """Return the scenes that belong to each epoch of a project, or to some of them, by their ids."""
    members: dict[int, set[int]] = defaultdict(set)
    rows = Epoch.scenes.through.objects.filter(epoch__project=project).values_list("epoch_id", "scene_id")
    for epoch, scene in rows if epochs is None else rows.filter(epoch__in=epochs):
        members[epoch].add(scene)
    return {epoch: frozenset(scenes) for epoch, scenes in members.items()}


class EpochPair(models.Model):
    """Two epochs between which a project labels change."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="epoch_pairs")
    earlier = models.ForeignKey(Epoch, models.CASCADE, related_name="+")
    later = models.ForeignKey(Epoch, models.CASCADE, related_name="+")

    class Meta:
        """In the order in which they were chosen."""

        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "earlier", "later"], name="one_pair_of_epochs"),
            models.CheckConstraint(condition=~models.Q(earlier=models.F("later")), name="a_pair_is_of_two_epochs"),
        ]

    def __str__(self) -> str:
        """Return both names."""
        return f"{self.earlier} to {self.later}"
