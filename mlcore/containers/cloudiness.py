"""Cloudiness: how much of an acquisition its own product calls cloud or shadow."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.raster.opening import QUALITY

_SCL_CLOUDS = (3, 8, 9, 10)  # shadow, cloud of medium and high probability, cirrus
_QA_BITS = 0b11110  # dilated cloud, cirrus, cloud, shadow


def judged(band: str, mask: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a product's own mask, SCL or QA_PIXEL, says anything, and where it says cloud or shadow."""
    if band == "SCL":
        return mask != 0, np.isin(mask, _SCL_CLOUDS)
    return mask & 1 == 0, mask & _QA_BITS > 0


class Clouds:
    """A count of the pixels that a product's own mask calls cloud or shadow."""

    def __init__(self, bands: Sequence[str]) -> None:
        """Remember where the mask is."""
        self.place = next((at for at, band in enumerate(bands) if band in QUALITY), None)
        self.band = bands[self.place] if self.place is not None else ""
        self.cloudy = self.seen = 0

    def count(self, values: NDArray[Any]) -> None:
        """Count in one window."""
        if self.place is None:
            return
        valid, cloudy = judged(self.band, values[self.place].astype(np.int64))
        self.seen += int(valid.sum())
        self.cloudy += int((cloudy & valid).sum())

    @property
    def remarks(self) -> list[str]:
        """Return the share in a sentence."""
        if self.place is None or not self.seen:
            return []
        return [f"Its own mask ({self.band}) calls {self.cloudy / self.seen:.0%} of it cloud or shadow."]
