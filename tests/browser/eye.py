"""A simulated annotator's eye for the demo scene: names a tile's land cover by simple rules on its mean bands."""

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

WATER, POND, VEGETATION, GROUND, SALT, _BUILT_UP, MOUNTAIN = range(1, 8)  # codes of the demo's classes


class Eye:
    """Sees the Landsat 7 scene of the demo, bands 1-5, 6 and 7, in tiles of `tile_px`."""

    def __init__(self, scene: Path, tile_px: int = 64) -> None:
        """Take in the whole scene."""
        with rasterio.open(scene) as dataset:
            self.pixels: NDArray[np.float32] = dataset.read().astype(np.float32)
        self.tile_px = tile_px

    def name(self, column: int, row: int) -> int:
        """Return the class code of a tile."""
        tile = self._tile(column, row)
        blue, green, _red, _near, short, _heat, _long = tile.mean(axis=(1, 2))
        greenness = float(np.mean((tile[3] - tile[2]) / (tile[3] + tile[2] + 1)))
        if short < 30:
            return WATER if green < 45 else POND
        if blue > 60:
            return SALT
        if greenness > 0.24:
            return VEGETATION
        return MOUNTAIN if tile[4].std() > 12 else GROUND

    def contrast(self, column: int, row: int) -> float:
        """Return how varied a tile looks in true colour."""
        return float(self._tile(column, row)[:3].std(axis=(1, 2)).mean())

    def _tile(self, column: int, row: int) -> NDArray[np.float32]:
        side = self.tile_px
        return self.pixels[:, row * side : (row + 1) * side, column * side : (column + 1) * side]
