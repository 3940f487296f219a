"""Images: scenes by the names that files give them, and areas in their pixels as shapes on their lattice."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from affine import Affine
from rasterio.features import shapes
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from annotation.imports.shapes import area_size, outline_of, run_length_pixels
from annotation.ingest.naming import without_ending
from annotation.models import Project, Scene
from mlcore.raster.lonlat import apply, transformer


class Images:
    """The scenes of a project that lie on lattices."""

    def __init__(self, project: Project) -> None:
        """Remember the project."""
        self._project = project

    @cached_property
    def _scenes(self) -> dict[str, Scene | None]:
        """Return the scenes by name, with and without ending; None where several are called so."""
        rows = Scene.objects.filter(project=self._project, grid__ready_made=False).select_related("asset", "grid")
        names: dict[str, Scene | None] = {}
        for scene in rows:
            for name in {scene.name.casefold(), without_ending(scene.name.casefold())}:
                names[name] = None if name in names else scene
        return names

    def named(self, path: str) -> Scene | None:
        """Return the scene of this name; folders before it don't matter."""
        name = path.replace("\\", "/").rpartition("/")[2].casefold()
        return self._scenes.get(name) or self._scenes.get(without_ending(name))

    def shapes_of(self, scene: Scene, area: dict[str, Any], size: Any) -> Iterator[BaseGeometry]:
        """Yield an area of a scene's picture as shapes in pixels of its lattice.

        Raises:
            BadAnswer: the area makes no sense.
        """
        info, spec = scene.asset.info(), scene.grid.spec()
        for part, (width, height) in _parts(area, size):
            to_place = info.affine @ Affine.scale(info.width / width, info.height / height)
            placed = _transformed(part, to_place)
            if info.crs and spec.crs and info.crs != spec.crs:
                placed = _in_crs(placed, info.crs, spec.crs)
            yield _transformed(placed, ~spec.affine)


def _in_crs(geometry: BaseGeometry, crs: str, target: str) -> BaseGeometry:
    to_target = transformer(crs, target)
    return shapely.transform(geometry, lambda xy: np.column_stack(to_target.transform(xy[:, 0], xy[:, 1])))


def _parts(area: dict[str, Any], size: Any) -> Iterator[tuple[BaseGeometry, tuple[float, float]]]:
    """Yield shapes in pixels of a picture, with the width and height of that."""
    if "counts" not in area:
        yield outline_of(area), area_size(size)
        return
    pixels = run_length_pixels(area)
    for part, _ in shapes(pixels.astype(np.uint8), mask=pixels):
        yield shape(part), (pixels.shape[1], pixels.shape[0])


def _transformed(geometry: BaseGeometry, by: Affine) -> BaseGeometry:
    return shapely.transform(geometry, lambda xy: np.column_stack(apply(by, xy[:, 0], xy[:, 1])))
