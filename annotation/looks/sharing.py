"""Sharing: chips of one folder by one sensor are stretched alike, since each by itself would hide how they differ."""

from dataclasses import astuple
from functools import lru_cache

import numpy as np
from django.db.models import Max, QuerySet

from annotation.models import Asset, Scene
from mlcore.raster.statistics import BandStatistics

_LOOKED_AT = 500  # chips whose spread stands for that of their folder
_ENDS = (2, 98)  # per cent of chips: a single cloud does not set the stretch


def statistics_of(scene: Scene) -> list[BandStatistics]:
    """Return how the stored numbers of each band spread: of chips, those of all in the folder together."""
    if not scene.grid.ready_made:
        return scene.asset.statistics()
    code, bands = str(scene.sensor["code"]), len(scene.sensor["bands"])
    return list(_shared(scene.grid_id, code, bands, newest_in(scene))) or scene.asset.statistics()


def newest_in(scene: Scene) -> int:
    """Return the number of the newest chip in a chip's folder: with another one, all is told anew."""
    return int(Scene.objects.filter(grid_id=scene.grid_id).aggregate(newest=Max("pk"))["newest"])


def chips_beside(grid: int, code: str, newest: int) -> QuerySet[Asset]:
    """Return the files of a folder's chips by one sensor, always in the same order."""
    return Asset.objects.filter(scenes__grid=grid, scenes__sensor__code=code, scenes__pk__lte=newest).order_by("sha256")


@lru_cache(maxsize=256)
def _shared(grid: int, code: str, bands: int, newest: int) -> tuple[BandStatistics, ...]:
    """Return how the numbers of a folder's chips by one sensor spread together, as far as some of them tell it."""
    told = chips_beside(grid, code, newest).values_list("facts__statistics", flat=True)[:_LOOKED_AT]
    chips = [[astuple(BandStatistics.from_dict(band)) for band in chip] for chip in told if len(chip) == bands]
    if not chips:
        return ()
    numbers = np.array(chips)  # [chips, bands, numbers]
    low, high, mean, std, p2, p98, valid = np.moveaxis(numbers, -1, 0)
    spread = np.sqrt((std**2).mean(axis=0) + mean.var(axis=0))
    ends = np.percentile(p2, _ENDS[0], axis=0), np.percentile(p98, _ENDS[1], axis=0)
    rows = zip(low.min(0), high.max(0), mean.mean(0), spread, *ends, valid.mean(0), strict=True)
    return tuple(BandStatistics(*(float(number) for number in row)) for row in rows)
