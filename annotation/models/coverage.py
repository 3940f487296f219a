"""Coverage: how much of each tile a scene shows, and how much of that is cloud."""

from django.db import models

from annotation.models.imagery import Scene
from annotation.models.samples import Tile


class CoverageQuerySet(models.QuerySet["Coverage"]):
    """Many of them."""

    def clear(self, most: float) -> "CoverageQuerySet":
        """Return those with no more cloud than this share; where nobody says how much there is, there is none."""
        return self.filter(models.Q(cloud=None) | models.Q(cloud__lte=most))


class Coverage(models.Model):
    """How far one scene shows one tile; there is none where it shows nothing, nor of posts and weather.

    Its constraints are the migration's: the database deletes it with its tile or its scene by itself, whichever release
    deletes those.
    """

    tile = models.ForeignKey(Tile, models.DO_NOTHING, related_name="coverages", db_constraint=False, db_index=False)
    scene = models.ForeignKey(Scene, models.DO_NOTHING, related_name="coverages", db_constraint=False)
    valid = models.FloatField()  # share of the tile that it fills, above 0
    cloud = models.FloatField(null=True)  # share of cloud and shadow in that; none where nobody says

    objects = CoverageQuerySet.as_manager()

    class Meta:
        """One for a tile and a scene."""

        constraints = [models.UniqueConstraint(fields=["tile", "scene"], name="one_coverage_a_tile_and_scene")]

    def __str__(self) -> str:
        """Return the shares."""
        cloud = "" if self.cloud is None else f", {self.cloud:.0%} of it cloud"
        return f"{self.valid:.0%}{cloud}"
