"""The demo's imagery: real files that wheels carry, found below the folder of samples, and dates out of a cube."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import rasterio
from affine import Affine

from annotation.errors import NotReady
from mlcore.containers import Bundle
from mlcore.containers.arrays import Grids
from mlcore.containers.stores import Store
from mlcore.errors import UnreadableFile

LANDSAT = "landsat.tif"
CROWNS = "2019_YELL_2_528000_4978000_image_crop2.png"
PELICANS = "AWPE Pigeon Lake 2020 DJI_0005.JPG"
CUBE = "sentinel2_cube_subset_romania_10m.nc"
_BEGIN = date(2015, 8, 1)  # of the cube's days
_BANDS = {"B2": "B02", "B3": "B03", "B4": "B04", "B8": "B08"}  # in the cube, and as Sentinel-2 calls them


def find_scene(folder: Path, name: str = LANDSAT) -> Path:
    """Return a sample file, wherever its wheel keeps it.

    Raises:
        NotReady: it is not installed.
    """
    paths = sorted(Path(folder).rglob(name))
    if not paths:
        raise NotReady(f"The sample imagery {name} is not below {folder}; install it with: make samples")
    return paths[0]


@contextmanager
def days_of(cube: Path, days: Sequence[date]) -> Iterator[list[Path]]:
    """Yield a GeoTIFF of each of some days of the cube, as the numbers stand in it; they are gone afterwards.

    Only these are unfolded: all 140 days take seconds.

    Raises:
        UnreadableFile: the cube is another one.
    """
    with TemporaryDirectory() as folder, Grids().opened(Bundle(cube.name, {cube.name: cube})) as store:
        yield [_write(store, day, Path(folder)) for day in days]


def _write(store: Store, day: date, folder: Path) -> Path:
    """Write one day of the cube under a name that tells what it is."""
    try:
        moments = [_BEGIN + timedelta(days=float(value)) for value in store.variables["time"].axis()]
        pixels = np.stack([store.variables[name].get((moments.index(day),)) for name in _BANDS])
        crs, across, down = store.variables["spatial_ref"].text("spatial_ref"), *_axes(store)
    except (KeyError, ValueError) as error:
        raise UnreadableFile(f"{store.name} is not the cube that the demo knows: {error}.") from error
    step = across[1] - across[0]
    corner = Affine(step, 0, across[0] - step / 2, 0, -step, down[0] + step / 2)
    path = folder / f"S2_Romania_{day}.tif"
    size = {"count": len(pixels), "height": pixels.shape[1], "width": pixels.shape[2]}
    with rasterio.open(path, "w", "GTiff", dtype=pixels.dtype, crs=crs, transform=corner, nodata=0, **size) as file:
        file.write(pixels)
        file.descriptions = tuple(_BANDS.values())
    return path


def _axes(store: Store) -> tuple[list[float], list[float]]:
    """Return the centres of its columns and of its rows."""
    return store.variables["x"].axis().tolist(), store.variables["y"].axis().tolist()
