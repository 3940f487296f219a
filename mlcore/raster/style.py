"""Style: what turns stored numbers into colours, and the plainest such thing."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlcore.raster.window import Mask, Pixels

Range = tuple[float, float]


class Colouring(Protocol):
    """What turns stored numbers into colours: a plain `Style`, or what `mlcore.looks` makes of a recipe."""

    @property
    def bands(self) -> tuple[int, ...]:
        """Return the bands (from 0) that it looks at."""

    @property
    def layers(self) -> int:
        """Return 1 for grey, 3 for colours."""

    @property
    def reach(self) -> int:
        """Return how many pixels around the picture it looks at."""

    @property
    def of_classes(self) -> bool:
        """Return whether numbers are names, between which there is nothing."""

    @property
    def is_surface(self) -> bool:
        """Return whether numbers are those of one surface, which is smooth between its pixels."""

    @property
    def keeps_table(self) -> bool:
        """Return whether colours that stand in the file are shown."""

    def paint(self, stored: Pixels, mask: Mask, step_m: float = 1.0) -> tuple[NDArray[np.uint8], Mask]:
        """Return [layers, H, W] colours and where there are some, of numbers in the order of `bands`."""


@dataclass(frozen=True)
class Style:
    """A recipe that turns one band into grey, or three into colour."""

    bands: tuple[int, ...]  # from 0; one or three
    ranges: tuple[Range, ...]  # what becomes black and white, per band
    gamma: float = 1.0  # above 1 lightens

    reach = 0
    of_classes = False
    is_surface = False

    @property
    def layers(self) -> int:
        """Return 1 for grey, 3 for colours."""
        return len(self.bands)

    @property
    def keeps_table(self) -> bool:
        """Return whether a single band is shown, whose colours may stand in the file."""
        return self.bands == (0,)

    def paint(self, stored: Pixels, mask: Mask, step_m: float = 1.0) -> tuple[NDArray[np.uint8], Mask]:
        """Return colours, and where there are some."""
        return self.colour(stored), mask

    def colour(self, pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Return [bands, H, W] numbers as 0..255."""
        low, high = (np.array(side, np.float32)[:, None, None] for side in zip(*self.ranges, strict=True))
        scaled = np.clip((pixels - low) / (high - low), 0, 1)
        if self.gamma != 1:
            scaled **= 1 / self.gamma
        return (scaled * 255 + 0.5).astype(np.uint8)
