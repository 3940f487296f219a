"""Tile, and the Sample that labels hang on."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.gis.db import models

from annotation.models.epochs import Epoch
from annotation.models.imagery import Grid, Scene, SceneQuerySet
from annotation.models.projects import Project


class Tile(models.Model):
    """One cell of a grid: a square of ground, or one ready-made chip."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="tiles")
    column = models.IntegerField()
    row = models.IntegerField()
    outline = models.GeometryField(srid=4326, null=True)  # none in image coordinates; two parts at the antimeridian
    valid_fraction = models.FloatField(default=0)  # of the scene that covers it best
    name = models.CharField(max_length=300, blank=True)  # of a ready-made chip: folders and file, no ending

    class Meta:
        """One tile a cell."""

        constraints = [models.UniqueConstraint(fields=["grid", "column", "row"], name="one_tile_a_cell")]

    def __str__(self) -> str:
        """Return the cell."""
        return f"{self.column}, {self.row}"


class SampleQuerySet(models.QuerySet["Sample"]):
    """Many samples."""

    def touched_by(self, scene: Scene) -> "SampleQuerySet":
        """Return the samples whose label speaks of this scene."""
        epochs = list(scene.epochs.values_list("pk", flat=True))
        about = models.Q(epoch=None) | models.Q(epoch__in=epochs) | models.Q(later_epoch__in=epochs)
        return self.filter(
            about,
            tile__grid_id=scene.grid_id,
            tile__column__range=(scene.first_column, scene.first_column + scene.columns - 1),
            tile__row__range=(scene.first_row, scene.first_row + scene.rows - 1),
        )


class Sample(models.Model):
    """The unit of work: a tile with the epochs that its label speaks of.

    Without `epoch` it is timeless and speaks of all scenes of the place; with one, of that epoch's; with two, of what
    changed between them.
    """

    class State(models.TextChoices):
        """Where the sample stands."""

        OPEN = "open", "Open"
        LABELLED = "labelled", "Labelled"
        UNSURE = "unsure", "Unsure"
        DISPUTED = "disputed", "People disagree"
        EMPTY = "empty", "Mostly no data"
        CLOUDY = "cloudy", "Cloudy at every date"

    WANTED: ClassVar = (State.OPEN, State.DISPUTED)  # people are asked

    project = models.ForeignKey(Project, models.CASCADE, related_name="samples")
    tile = models.ForeignKey(Tile, models.CASCADE, related_name="samples")
    epoch = models.ForeignKey(Epoch, models.RESTRICT, null=True, blank=True, related_name="samples")
    later_epoch = models.ForeignKey(Epoch, models.RESTRICT, null=True, blank=True, related_name="later_samples")
    index = models.PositiveIntegerField()  # its row in the project's arrays of vectors and probabilities
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.ForeignKey(  # the annotation that counts
        "annotation.Annotation", models.PROTECT, null=True, blank=True, related_name="+"
    )

    assignment = models.ForeignKey(  # whose it is to label; none: anybody's
        "annotation.Assignment", models.SET_NULL, null=True, blank=True, db_index=False, related_name="samples"
    )

    objects = SampleQuerySet.as_manager()

    class Meta:
        """A sample has one row in the arrays."""

        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["project", "index"], name="one_sample_a_row"),
            # Three, since PostgreSQL before 15 holds that no NULL equals another.
            models.UniqueConstraint(
                fields=["tile"], condition=models.Q(epoch__isnull=True), name="one_timeless_sample_a_tile"
            ),
            models.UniqueConstraint(
                fields=["tile", "epoch"], condition=models.Q(later_epoch__isnull=True), name="one_sample_an_epoch"
            ),
            models.UniqueConstraint(fields=["tile", "epoch", "later_epoch"], name="one_sample_a_pair"),
        ]
        indexes = [
            models.Index(fields=["project", "state", "index"]),
            models.Index(
                fields=["project", "state", "index"], condition=models.Q(assignment=None), name="samples_of_anybody"
            ),
            models.Index(
                fields=["assignment", "state", "index"],
                condition=models.Q(assignment__isnull=False),
                name="samples_assigned",
            ),
        ]

    def __str__(self) -> str:
        """Return its number in the project."""
        return f"#{self.index}"

    @property
    def epoch_ids(self) -> list[int]:
        """Return the epochs that its label speaks of, the earlier first; none of a timeless sample."""
        return [pk for pk in (self.epoch_id, self.later_epoch_id) if pk]

    def speaks_of(self, scene: Scene, members: Mapping[int, frozenset[int]]) -> bool:
        """Return whether a scene lies on its tile and belongs to one of its epochs (`members_of` tells whose)."""
        if self.epoch_id and not any(scene.pk in members.get(epoch, ()) for epoch in self.epoch_ids):
            return False
        return scene.covers(self.tile)

    def scenes(self) -> SceneQuerySet:
        """Return the scenes that its label speaks of, oldest first."""
        here = self.scenes_here()
        return here.filter(epochs__in=self.epoch_ids).distinct() if self.epoch_id else here

    def scenes_here(self) -> SceneQuerySet:
        """Return all scenes of its ground, oldest first."""
        here = Scene.objects.covering(self.tile.grid_id, self.tile.column, self.tile.row)
        return here.order_by("acquired", "id")
