"""Cut: one tile of a raster as a file of its own, in the raster's own bands, numbers and names."""

from pathlib import Path

import numpy as np
import rasterio

from mlcore.raster.grid import GridSpec
from mlcore.raster.opening import data_bands, open_raster
from mlcore.raster.warp import Cells, read_cells


def cut_tile(  # noqa: PLR0913 - a place in a grid takes three
    source: Path, target: Path, grid: GridSpec, col: int, row: int, *, size: tuple[int, int] | None = None
) -> None:
    """Write the stored numbers of one tile, in the lattice's pixels, with descriptions, scales and offsets of bands.

    Where the lattice is the raster's own, these are the user's pixels as they came. Elsewhere they are averages of
    finer pixels, bilinear between coarser ones, rounded where the type is whole.

    Args:
        source: a raster.
        target: GeoTIFF to write.
        grid: the lattice.
        col: of the tile.
        row: of the tile.
        size: rows and columns from the upper left that are kept; none: the whole square.
    """
    side = grid.tile_px
    height, width = size or (side, side)
    with open_raster(source) as dataset:
        bands = data_bands(dataset)
        numbers, mask = read_cells(dataset, Cells(grid, col, row), (side, side), bands=bands)
        dtype = np.result_type(*(dataset.dtypes[band - 1] for band in bands))
        nodata = dataset.nodata if mask.all() or dataset.nodata is not None else 0
        descriptions = [dataset.descriptions[band - 1] for band in bands]
        scales, offsets = ([each[band - 1] for band in bands] for each in (dataset.scales, dataset.offsets))
    if np.issubdtype(dtype, np.integer):
        numbers = np.clip(np.round(numbers), np.iinfo(dtype).min, np.iinfo(dtype).max)
    stored = numbers.astype(dtype)
    if nodata is not None:
        stored[:, ~mask] = nodata
    placed = {"crs": grid.crs, "transform": grid.tile_transform(col, row)} if grid.crs else {}
    profile = {"driver": "GTiff", "count": len(bands), "height": height, "width": width, "dtype": dtype, **placed}
    with rasterio.open(target, "w", nodata=nodata, compress="DEFLATE", **profile) as file:
        for number, description in enumerate(descriptions, start=1):
            if description:
                file.set_band_description(number, description)
        file.scales, file.offsets = scales, offsets
        file.write(stored[:, :height, :width])
