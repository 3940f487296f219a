"""A simulated annotator's eye for the demo scene: names a tile's land cover by simple rules on its mean bands."""

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from annotation.models import Scene

WATER, POND, VEGETATION, GROUND, SALT, _BUILT_UP, MOUNTAIN = range(1, 8)  # codes of the demo's classes


class Eye:
    """Sees the Landsat 7 scene of the demo, bands 1-5, 6 and 7, in the tiles of a project."""

    def __init__(self, path: Path, scene: Scene) -> None:
        """Take in the whole scene, warped to the project's lattice by GDAL itself."""
        grid, self.tile_px = scene.grid, scene.grid.tile_px
        width = (scene.first_column + scene.columns) * self.tile_px
        height = (scene.first_row + scene.rows) * self.tile_px
        place = {"crs": grid.crs, "transform": Affine(*grid.transform), "width": width, "height": height}
        with rasterio.open(path) as dataset, WarpedVRT(dataset, resampling=Resampling.bilinear, **place) as warped:
            self.pixels: NDArray[np.float32] = warped.read().astype(np.float32)

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
