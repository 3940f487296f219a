"""Returns: the laser points of a tile, and its height profile along a line."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from annotation.errors import NotFound
from annotation.models import Sample, Scene
from mlcore.readers.points import PointsInfo
from mlcore.readers.tile_returns import TileReturns, returns_in

NARROWEST_PX, WIDTH_SHARE = 1.0, 1 / 64  # of a profile: half a tile's 32nd on each side of its line

Place = tuple[float, float]  # px of the tile, right and down from its upper left corner


def cloud_of(sample: Sample, scene_id: int | None = None) -> Scene:
    """Return a cloud of a tile: the one that is asked for, else the newest.

    Raises:
        NotFound: there is none such on the tile.
    """
    clouds = sample.scenes().filter(asset__kind=PointsInfo.kind).select_related("asset", "grid")
    cloud = clouds.filter(pk=scene_id).first() if scene_id is not None else clouds.last()
    if cloud is None:
        raise NotFound("No such point cloud on this tile.")
    return cloud


def returns_of(sample: Sample, cloud: Scene) -> TileReturns:
    """Return the points of a cloud in a tile.

    Raises:
        NotOffered: it was taken in before points were kept.
    """
    told = returns_in(cloud.asset.file, cloud.asset.info(), *cloud.cell(sample.tile))
    side = cloud.get_sensor().gsd_m
    if cloud.grid.crs or side is None:
        return told
    return replace(told, metres=(side, side))  # pixels of its own raster, whose side the gridding chose


def profile_of(
    sample: Sample, cloud: Scene, line: Sequence[Place], *, width_px: float | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far along a line each point near it lies, and how high, in m, from its beginning on.

    `width_px` is the width of the strip that is looked at, in all.
    """
    told = returns_of(sample, cloud)
    half = (width_px or max(NARROWEST_PX, sample.tile.grid.tile_px * WIDTH_SHARE)) / 2
    metres = np.array(told.metres)
    places = np.stack([told.points["x"], told.points["y"]], axis=1).astype(np.float64) * metres
    limit, at, best = half * metres.mean(), np.zeros(len(places)), np.full(len(places), np.inf)
    before = 0.0
    corners = np.array(line, np.float64) * metres
    for start, end in zip(corners[:-1], corners[1:], strict=True):
        way = end - start
        length = float(np.hypot(*way))
        if not length:
            continue
        share = np.clip((places - start) @ way / length**2, 0, 1)
        off = np.hypot(*(places - start - share[:, None] * way).T)
        nearer = off < best
        at[nearer], best[nearer] = before + share[nearer] * length, off[nearer]
        before += length
    near = np.flatnonzero(best <= limit)
    order = near[np.argsort(at[near], kind="stable")]
    return at[order], told.points["z"][order].astype(np.float64)
