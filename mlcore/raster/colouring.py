"""Colouring: what turns stored numbers into colours, as far as rendering knows it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlcore.raster.window import Mask, Pixels


class Colouring(Protocol):
    """What turns stored numbers into colours: `mlcore.looks` makes it of a recipe."""

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
