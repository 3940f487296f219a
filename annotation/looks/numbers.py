"""Numbers: what is looked at for the ends of a stretch: the scene or its folder of chips, a tile, its surroundings.

What is told of a whole scene is kept in the cache: by the file's content, it never changes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np
from django.core.cache import cache
from numpy.typing import NDArray

from annotation.looks.sharing import chips_beside, newest_in
from annotation.models import Asset, Scene
from mlcore.errors import BadRecipe
from mlcore.looks import Channel, Look, Recipe, Stretch
from mlcore.looks.components import fit_mixture, mixture
from mlcore.looks.stretch import Range
from mlcore.raster.grid import GridSpec
from mlcore.raster.read import Numbers
from mlcore.sensors import Sensor

_KEPT_SECONDS, _TILE_KEPT_SECONDS = 30 * 86_400, 3600
_SCENE_PX, _TILE_PX = 512, 192  # a side, that are looked at
_CHIPS, _CHIP_PX = 48, 64
_CUBE_VALUES = 2_000_000  # bands x pixels
_LEAST_BANDS = 3  # for components


@dataclass(frozen=True)
class Place:
    """A tile as a scene's reader knows it: grid, column, row."""

    grid: GridSpec
    column: int
    row: int


def chips_share(scene: Scene) -> bool:
    """Return whether a scene is one of many chips, which are drawn alike."""
    return scene.grid.ready_made


def ends_seen(scene: Scene, look: Look, stretch: Stretch, place: Place | None = None) -> list[Range]:
    """Return the ends of each channel by the pixels of the scene, or around a tile of it."""
    told = replace(stretch, of=stretch.of if place else "scene")
    drawn = replace(look, ranges=(), gamma=1.0, ramp="")

    def look_at_them() -> list[Range]:
        return [stretch.of_values(values) for values in values_seen(scene, look, told.of, place)]

    about = (place, scene.shift) if told.of != "scene" else None
    key, seconds = (_whose(scene), drawn, told, about), _TILE_KEPT_SECONDS if about else _KEPT_SECONDS
    return [(low, high) for low, high in _kept(key, look_at_them, seconds)]


def values_seen(scene: Scene, look: Look, of: str, place: Place | None = None) -> list[NDArray[np.float32]]:
    """Return the numbers of each channel that are valid: of the scene, or around a tile of it."""
    parts = [_seen(scene, look.bands, of, place)] if place and of != "scene" else _of_all(scene, look.bands, _SCENE_PX)
    values: list[list[NDArray[np.float32]]] = [[] for _ in look.channels]
    for part in parts:
        made, mask = look.values(part.pixels, part.mask, part.step_m)
        for channel, plane in zip(values, made, strict=True):
            channel.append(plane[mask & np.isfinite(plane)])
    return [np.concatenate(channel) for channel in values]


def _seen(scene: Scene, bands: tuple[int, ...], of: str, place: Place) -> Numbers:
    margin = place.grid.tile_px if of == "surroundings" else 0
    cell = place.grid, place.column, place.row
    return scene.asset.reader.numbers(scene.windows, bands, cell=cell, margin_px=margin, most_px=_TILE_PX)


def _of_all(scene: Scene, bands: tuple[int, ...], most_px: int) -> list[Numbers]:
    """Return a scene's bands, picked; of chips those of some of their folder."""
    if not chips_share(scene):
        return [scene.asset.reader.numbers(scene.windows, bands, most_px=most_px)]
    told = chips_beside(scene.grid_id, str(scene.sensor["code"]), newest_in(scene))
    fitting = [asset for asset in told[: 4 * _CHIPS] if len(asset.facts["statistics"]) > max(bands)]
    chosen: list[Asset] = fitting[:: -(-len(fitting) // _CHIPS)] or [scene.asset]
    return [asset.reader.numbers(asset.windows, bands, most_px=min(most_px, _CHIP_PX)) for asset in chosen]


def mixture_of(scene: Scene, recipe: Recipe, sensor: Sensor) -> tuple[Channel, ...]:
    """Return the three channels that tell most of all bands of a scene together, fitted to it or its folder.

    Raises:
        BadRecipe: the sensor has fewer than three bands.
    """
    if len(sensor.bands) < _LEAST_BANDS:
        raise BadRecipe(
            f"{sensor.title} has {len(sensor.bands)} bands; components are made of at least {_LEAST_BANDS}."
        )
    bands = tuple(range(len(sensor.bands)))
    side = max(32, int((_CUBE_VALUES / len(bands)) ** 0.5))

    def fit() -> list[Any]:
        parts = [(part.pixels, part.mask) for part in _of_all(scene, bands, side)]
        return fit_mixture(recipe.components, parts)

    return mixture(recipe.components, _kept((_whose(scene), recipe.components, len(bands)), fit))


def _whose(scene: Scene) -> tuple[Any, ...]:
    """Return what tells whether the same pixels are spoken of."""
    if chips_share(scene):
        return scene.grid_id, str(scene.sensor["code"]), newest_in(scene)
    return (scene.asset.sha256,)


def _kept(key: object, make: Callable[[], list[Any]], seconds: int = _KEPT_SECONDS) -> list[Any]:
    """Return what the cache holds under a key, or what is made now."""
    name = f"look:{sha256(repr(key).encode()).hexdigest()[:40]}"
    told = cache.get(name)
    if told is None:
        told = make()
        cache.set(name, told, seconds)
    return list(told)
