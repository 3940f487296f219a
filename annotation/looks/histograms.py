"""Histograms: how the numbers of each channel spread, and between which ends they are drawn."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.looks.drawing import look_of
from annotation.looks.numbers import Place, values_seen
from annotation.models import Scene
from mlcore.looks import Recipe
from mlcore.looks.stretch import Range, opened

BARS = 64
_SHOWN = (0.1, 99.9)  # per cent: what lies beyond is counted in the outermost bars


def histogram_of(scene: Scene, recipe: Recipe, place: Place) -> list[dict[str, Any]]:
    """Return for each channel its title, unit, 64 counts between two numbers, and the ends of its stretch.

    What is counted is what the stretch speaks of: the scene or its folder of chips, the tile, or its surroundings.
    Errors are those of `look_of`.
    """
    look = look_of(scene, recipe, place)
    seen = values_seen(scene, look, recipe.stretch.of if recipe.stretch else "scene", place)
    told = []
    for channel, values, ends in zip(look.channels, seen, look.ranges, strict=True):
        low, high = _span(values, ends)
        counts, _ = np.histogram(np.clip(values.astype(np.float64), low, high), BARS, (low, high))
        named = {"title": channel.title, "unit": channel.unit}
        told.append({**named, "low": low, "high": high, "counts": counts.tolist(), "ends": list(ends)})
    return told


def _span(values: NDArray[np.float32], ends: Range) -> Range:
    """Return from where to where is counted: nearly all numbers, and the ends where they are not far off."""
    low, high = (float(end) for end in np.percentile(values, _SHOWN)) if values.size else ends
    reach = high - low
    low, high = max(low - reach, min(low, ends[0])), min(high + reach, max(high, ends[1]))
    return opened(low, high)
