"""Post places: the lattice of a project in which people only wrote, and which of its tiles they wrote in."""

import numpy as np
from numpy.typing import NDArray

from annotation.errors import BadUpload
from annotation.models import Asset
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import RasterInfo
from mlcore.raster.lattice import Block, block_on, lattice_for
from mlcore.raster.lonlat import apply, transformer
from mlcore.raster.metric import metric_crs
from mlcore.readers.records import posts_of

SIDES_M = (500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)  # of a tile: the first that suits
MOST_CELLS = 500_000  # around all posts; few of them hold any
_DEGREE_M = 111_320.0


def crs_for(info: RasterInfo) -> str:
    """Return the coordinate system in which posts are told where one in metres suits them, else theirs in degrees."""
    return metric_crs(info) or str(info.crs)


def lattice_of_posts(info: RasterInfo, tile_px: int, name: str) -> tuple[GridSpec, Block]:
    """Return the lattice that posts begin, and the block of tiles around them.

    Raises:
        BadUpload: they have no place on any.
    """
    crs = crs_for(info)
    unit = 1.0 if metric_crs(info) else 1 / _DEGREE_M
    for side in SIDES_M:
        spec = lattice_for([info], crs, side * unit / tile_px, tile_px)
        block = block_on(spec, info)
        if block and block[2] * block[3] <= MOST_CELLS:
            return spec, block
    raise BadUpload(f"{name} speaks of places all over the Earth; split it by region, or add imagery first.")


def fractions_of_posts(asset: Asset, grid: GridSpec, block: Block) -> NDArray[np.float32]:
    """Return 1 for each tile of a block in which somebody wrote, else 0; float32 [rows, columns]."""
    first, top, columns, rows = block
    filled = np.zeros((rows, columns), np.float32)
    lon, lat = posts_of(asset.file).lonlat.T
    x, y = transformer("EPSG:4326", str(grid.crs)).transform(lon, lat)
    column, row = (np.floor(axis / grid.tile_px) for axis in apply(~grid.affine, np.asarray(x), np.asarray(y)))
    column, row = column - first, row - top
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)  # never true of what has no place
    filled[row[inside].astype(np.int64), column[inside].astype(np.int64)] = 1
    return filled
