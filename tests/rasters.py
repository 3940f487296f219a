"""Small rasters built in code: any CRS, dtype, kind of nodata, rotation and layout."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import ColorInterp

from mlcore.looks.stretch import opened
from mlcore.raster.statistics import statistics
from mlcore.raster.window import Mask, Pixels
from mlcore.sensors import Sensor

UTM = "EPSG:32632"
UTM_ORIGIN = Affine(10, 0, 500_000, 0, -10, 5_000_000)
RGBA = (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha)
ROOT = Path(__file__).resolve().parents[1]


def ramp(bands: int, height: int, width: int, dtype: str = "uint8") -> NDArray[Any]:
    """Return values that tell row, column and band apart; none is 0."""
    band, row, column = np.indices((bands, height, width))
    return (1 + (row * 7 + column * 3 + band * 31) % 250).astype(dtype)


def write_raster(
    path: Path,
    values: NDArray[Any] | None = None,
    *,
    crs: str | None = UTM,
    transform: Affine = UTM_ORIGIN,
    nodata: float | None = None,
    descriptions: tuple[str, ...] = (),
    mask: NDArray[np.bool_] | None = None,
    colours: tuple[ColorInterp, ...] = (),
    overviews: tuple[int, ...] = (),
    tags: dict[str, str] | None = None,
    **options: Any,
) -> Path:
    """Write [bands, H, W] values as a GeoTIFF (or as `driver`) and return its path."""
    values = ramp(3, 100, 120) if values is None else values
    placed = {"crs": crs, "transform": transform} if crs or transform != Affine.identity() else {}
    profile = {"driver": "GTiff", "dtype": values.dtype, "nodata": nodata, **placed, **options}
    count, height, width = values.shape
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK="YES"),
        rasterio.open(path, "w", count=count, height=height, width=width, **profile) as dataset,
    ):
        dataset.write(values)
        if mask is not None:
            dataset.write_mask(mask)
        if colours:
            dataset.colorinterp = colours
        for number, description in enumerate(descriptions, start=1):
            dataset.set_band_description(number, description)
        if tags:
            dataset.update_tags(**tags)
        if overviews:
            dataset.build_overviews(list(overviews))
    return path


def real_file(name: str) -> Path:
    """Return a file of the shared test data, or skip the test."""
    folder = Path(os.environ.get("TERRASCRIBE_TEST_DATA", ROOT.parent / "shared" / "data"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"{name} is not there: set TERRASCRIBE_TEST_DATA to a folder of test imagery")
    return path


def sample_scene() -> Path:
    """Return the Landsat scene of the demo, or skip the test."""
    folder = Path(os.environ.get("TERRASCRIBE_SAMPLES", ROOT / "var" / "samples"))
    path = folder / "localtileserver" / "tiler" / "data" / "landsat.tif"
    if not path.exists():
        pytest.skip("the sample scene is not installed: `make run` installs it")
    return path


@dataclass(frozen=True)
class Style:
    """The plainest colouring: one band as grey, or three as colours."""

    bands: tuple[int, ...]  # from 0; one or three
    ranges: tuple[tuple[float, float], ...]  # what becomes black and white, per band
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


def usual_style(path: Path, sensor: Sensor) -> Style:
    """Return a sensor's first composite, stretched by what a file holds."""
    told = statistics(path)
    bands = tuple(sensor.band_index(name) for name in sensor.composite().bands)
    return Style(bands, tuple(opened(told[band].p2, told[band].p98) for band in bands))
