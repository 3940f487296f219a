"""Cloudiness: how much of an acquisition its own product calls cloud or shadow."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from mlcore.raster.clouds import flags_of
from mlcore.raster.opening import QUALITY


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
        seen, cloudy = flags_of(values[self.place], self.band)
        self.seen += int(seen.sum())
        self.cloudy += int(cloudy.sum())

    @property
    def remarks(self) -> list[str]:
        """Return the share in a sentence."""
        if self.place is None or not self.seen:
            return []
        return [f"Its own mask ({self.band}) calls {self.cloudy / self.seen:.0%} of it cloud or shadow."]
