"""At the cursor: what the scenes of a tile say at a place, over dates, along a line, and how classes look so far."""

from annotation.cursor.heights import heights_along
from annotation.cursor.places import Spot, position
from annotation.cursor.series import scenes_over_time, series_at
from annotation.cursor.spectra import spectra_so_far
from annotation.cursor.values import scenes_of, values_at

__all__ = [
    "Spot",
    "heights_along",
    "position",
    "scenes_of",
    "scenes_over_time",
    "series_at",
    "spectra_so_far",
    "values_at",
]
