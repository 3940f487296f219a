"""Points: objects that are counted, each by one point."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from annotation.errors import BadSettings
from annotation.models import Project, Tile
from annotation.tasks.objects import Objects
from mlcore.raster.ground import ground_of

if TYPE_CHECKING:
    from annotation.tasks.points.learner import PointLearner

_SHARE = 0.05  # of a tile's side, that a point may be off where no radius is stated
_LEAST_PX = 3.0
_FARTHEST = 10_000.0  # m


class Points(Objects):
    """Points: {"points": [{"class", "x", "y"}]}, in px of the tile; none: a negative tile."""

    name = "points"
    title = "A point on each object"
    about = "For counting: trees, animals, cars, each marked by one point. A tile without any is an answer, too."
    boxed = False
    points = True
    noun = "Point"
    reserved_keys = Objects.reserved_keys + "nadg"  # none here, add, duplicate, take a guess

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the threshold, and how far a point may be off."""
        told = super().check_options(options)
        radius = told["radius_m"]
        if radius is None:
            return told
        if not isinstance(radius, int | float) or isinstance(radius, bool) or not 0 < radius <= _FARTHEST:
            raise BadSettings(
                f"The radius is in metres, above 0 and at most {_FARTHEST:,.0f}, or null; not {str(radius)[:40]}."
            )
        return told | {"radius_m": float(radius)}

    def default_options(self) -> dict[str, Any]:
        """Return no radius."""
        return {**super().default_options(), "radius_m": None}

    def radius(self, project: Project) -> float:
        """Return how far a point may lie from the truth, in px: as stated on the ground, or a twentieth of a tile."""
        least, stated = max(_LEAST_PX, _SHARE * project.tile_px), self.option(project, "radius_m")
        if stated is None:
            return least
        known = vars(project).setdefault("_px_m", _pixel_metres(project))  # asked for each label in turn
        return max(1.0, stated / known) if known else least

    @property
    def learner(self) -> "type[PointLearner]":
        """Return the finder of points."""
        from annotation.tasks.points.learner import PointLearner

        return PointLearner


def _pixel_metres(project: Project) -> float:
    """Return the side of a pixel on the ground in metres; 0 where nobody knows."""
    tile = Tile.objects.filter(grid__project=project).select_related("grid").order_by("pk").first()
    ground = ground_of(tile.grid.spec(), tile.column, tile.row) if tile else None
    return math.sqrt(ground.step_m[0] * ground.step_m[1]) if ground else 0.0
