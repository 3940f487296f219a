"""Looks: how a scene's numbers become colours, in every view, thumbnail and export alike."""

from dataclasses import astuple
from functools import lru_cache

import numpy as np
from django.db.models import Max

from annotation.models import Asset, Scene
from mlcore.raster.statistics import BandStatistics
from mlcore.raster.style import Style, style_for

USUAL, STORED, PERCENTILE = "usual", "stored", "percentile"
_BYTE = (0.0, 255.0)
_LOOKED_AT = 500  # chips whose spread stands for that of their folder
_ENDS = (2, 98)  # per cent of chips: a single cloud does not set the stretch


def look_of(scene: Scene, composite: str | None = None, stretch: str = USUAL) -> Style:
    """Return the style of a scene's composite; None takes the sensor's first.

    Ready-made chips of one sensor share a stretch, since each by itself would hide how they differ. Pictures of 8 bits
    have their colours already: 'stored' keeps them, and does nothing to other numbers; 'usual' keeps those of chips.

    Raises:
        UnknownName: no such composite or stretch.
        BadSensor: the sensor has another number of bands than the scene.
    """
    eight_bits = scene.asset.facts["dtype"] == "uint8"
    if stretch == USUAL:
        stretch = STORED if eight_bits and scene.grid.ready_made else PERCENTILE
    if stretch == STORED:
        style = style_for(scene.get_sensor(), scene.asset.statistics(), composite)
        if eight_bits:
            return Style(style.bands, (_BYTE,) * len(style.bands))
        stretch = PERCENTILE
    return style_for(scene.get_sensor(), _statistics(scene), composite, stretch=stretch)


def _statistics(scene: Scene) -> list[BandStatistics]:
    if not scene.grid.ready_made:
        return scene.asset.statistics()
    newest = Scene.objects.filter(grid_id=scene.grid_id).aggregate(newest=Max("pk"))["newest"]
    code, bands = str(scene.sensor["code"]), len(scene.sensor["bands"])
    return list(_shared(scene.grid_id, code, bands, newest)) or scene.asset.statistics()


@lru_cache(maxsize=256)
def _shared(grid: int, code: str, bands: int, newest: int) -> tuple[BandStatistics, ...]:
    """Return how the numbers of a folder's chips by one sensor spread together, as far as some of them tell it.

    `newest` is a chip's number: with another one, this is looked up again.
    """
    assets = Asset.objects.filter(scenes__grid=grid, scenes__sensor__code=code, scenes__pk__lte=newest)
    told = assets.order_by("sha256").values_list("facts__statistics", flat=True)[:_LOOKED_AT]
    chips = [[astuple(BandStatistics.from_dict(band)) for band in chip] for chip in told if len(chip) == bands]
    if not chips:
        return ()
    numbers = np.array(chips)  # [chips, bands, numbers]
    low, high, mean, std, p2, p98, valid = np.moveaxis(numbers, -1, 0)
    spread = np.sqrt((std**2).mean(axis=0) + mean.var(axis=0))
    ends = np.percentile(p2, _ENDS[0], axis=0), np.percentile(p98, _ENDS[1], axis=0)
    rows = zip(low.min(0), high.max(0), mean.mean(0), spread, *ends, valid.mean(0), strict=True)
    return tuple(BandStatistics(*(float(number) for number in row)) for row in rows)
