"""Heights: the profile of a surface along a line that somebody drew over a tile."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from pyproj import Geod

from annotation.cursor.places import Spot, places_in
from annotation.cursor.values import plain, read
from annotation.errors import NotFound
from annotation.models import Sample, Scene
from annotation.returns import profile_of
from mlcore.raster.lonlat import transformer
from mlcore.raster.point import Places
from mlcore.readers.points import PointsInfo
from mlcore.sensors import Modality, Quantity

STEPS = 256  # places along the line
_EARTH = Geod(ellps="WGS84")


def heights_along(sample: Sample, scenes: Sequence[Scene], line: Sequence[Spot], wanted: int = 0) -> dict[str, Any]:
    """Return the heights of a scene along a line of points: of scene `wanted`, or of the first that has heights.

    Of a point cloud they are those of the single returns near the line, in their order along it. Distances are metres
    over ground; without a place on the map they are pixels, and `unit` says so.

    Raises:
        NotFound: no scene of the tile has heights, or not that one.
    """
    scene = next((each for each in scenes if has_heights(each) and wanted in (0, each.pk)), None)
    if scene is None:
        return _returns_along(sample, scenes, line, wanted)
    sensor, spots = scene.get_sensor(), _along(line)
    places = places_in(scene, sample, spots)
    heights = read(sample, scene, sensor, spots, bands=[0]).values[:, 0]
    return {
        "scene": scene.pk,
        "name": scene.name,
        "unit": "m" if places.crs else "px",
        "distance_m": [round(distance, 2) for distance in _distances(places)],
        "height_m": [plain(height) for height in heights],
    }


def _returns_along(sample: Sample, scenes: Sequence[Scene], line: Sequence[Spot], wanted: int) -> dict[str, Any]:
    cloud = next((each for each in scenes if each.asset.kind == PointsInfo.kind and wanted in (0, each.pk)), None)
    if cloud is None:
        raise NotFound(
            "There is no scene with heights here; profiles are drawn of elevation models and of point clouds."
        )
    distances, heights = profile_of(sample, cloud, [(spot.x, spot.y) for spot in line])
    return {
        "scene": cloud.pk,
        "name": cloud.name,
        "unit": "m",
        "distance_m": distances.round(2).tolist(),
        "height_m": heights.round(2).tolist(),
    }


def has_heights(scene: Scene) -> bool:
    """Return whether a scene's first band is a height."""
    sensor = scene.sensor
    return bool(sensor["modality"] == Modality.ELEVATION.value or sensor["quantity"] == Quantity.METRE.value)


def _along(line: Sequence[Spot]) -> list[Spot]:
    """Return points at equal steps along a line with corners."""
    lengths = [math.dist((one.x, one.y), (other.x, other.y)) for one, other in pairwise(line)]
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.linspace(0, ends[-1], STEPS)
    x, y = (np.interp(at, ends, [getattr(spot, axis) for spot in line]) for axis in ("x", "y"))
    return [Spot(float(across), float(down)) for across, down in zip(x, y, strict=True)]


def _distances(places: Places) -> list[float]:
    """Return how far each place lies from the first, along the line."""
    if places.crs is None:
        steps = np.hypot(np.diff(places.x), np.diff(places.y))
    else:
        lon, lat = transformer(places.crs, "EPSG:4326").transform(places.x, places.y)
        _, _, steps = _EARTH.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    return [0.0, *np.cumsum(np.nan_to_num(steps)).tolist()]
