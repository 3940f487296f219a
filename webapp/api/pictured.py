"""Pictured: which scenes of a project can be shown on the web map, in which views, and from where to where."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from annotation.looks import sensors_of
from annotation.models import Project, Scene, View
from mlcore.errors import NotOffered
from mlcore.looks import Recipe, read_recipe
from mlcore.looks.presets import fits
from mlcore.sensors import Sensor

USUAL = "usual"
MOST_ZOOM = 22
_PX_OF_WORLD = 256
_FREE_ZOOM = 20  # for what has no pixels of its own, such as a cloud of points


@dataclass(frozen=True)
class Look:
    """A way to look at a scene: as usual, or by a saved view."""

    name: str  # for addresses
    title: str
    view: int | None = None


@dataclass(frozen=True)
class Pictured:
    """A scene with its looks."""

    scene: Scene
    looks: tuple[Look, ...]

    @property
    def name(self) -> str:
        """Return its name in addresses."""
        return f"scene-{self.scene.pk}"

    @property
    def title(self) -> str:
        """Return its name for people, as XML can carry it."""
        return printable(self.scene.name)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north in degrees."""
        footprint = self.scene.asset.footprint
        west, south, east, north = footprint.extent if footprint else (-180.0, -90.0, 180.0, 90.0)
        return west, south, east, north

    @property
    def zoom(self) -> int:
        """Return the zoom at which the map's pixels are as fine as the scene's."""
        try:
            rows = self.scene.asset.info().height
        except NotOffered:
            return _FREE_ZOOM
        _, south, _, north = self.box
        step = max(north - south, 1e-9) / max(rows, 1)
        across = step / max(math.cos(math.radians((south + north) / 2)), 0.05)
        return max(0, min(MOST_ZOOM, math.ceil(math.log2(360 / _PX_OF_WORLD / across))))

    def template(self, look: Look) -> str:
        """Return the path of its map tiles in a look, with {z}, {x} and {y} in it."""
        path = reverse("scene-tile", args=[self.scene.project_id, self.scene.pk, 1111, 2222, 3333])
        path = path.replace("1111/2222/3333", "{z}/{x}/{y}")
        return path if look.view is None else f"{path}?view={look.view}"


def pictured(project: Project, *, most: int) -> list[Pictured]:
    """Return the newest scenes that lie somewhere, each with the views that its sensor has the bands for."""
    sensors = sensors_of(project)
    views = [(view, read_recipe(view.recipe)) for view in project.views.all()]
    known = {code: _looks(code, sensor, views) for code, sensor in sensors.items()}
    rows = Scene.objects.filter(project=project, grid__crs__gt="", asset__footprint__isnull=False).shown()
    rows = rows.select_related("asset", "grid").order_by("-acquired", "-id")[:most]
    return [Pictured(scene, _of(scene, known)) for scene in rows]


def _of(scene: Scene, known: Mapping[str, tuple[Look, ...]]) -> tuple[Look, ...]:
    return known.get(str(scene.sensor["code"]), (Look(USUAL, "As usual"),))


def _looks(code: str, sensor: Sensor, views: list[tuple[View, Recipe]]) -> tuple[Look, ...]:
    own = [view for view, recipe in views if view.sensor in ("", code) and fits(recipe, sensor)]
    saved = (Look(f"view-{view.pk}", printable(view.name), view.pk) for view in own)
    return (Look(USUAL, "As usual"), *saved)


def printable(text: str) -> str:
    """Return a name without what XML has no place for."""
    return "".join(letter for letter in text if letter.isprintable())
