"""Sentinel-2 scenes without a mask are told cloudy or clear by the model of s2cloudless."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mlcore.raster import cloudless
from mlcore.raster.cloudless import can_tell, estimated_fractions
from mlcore.raster.grid import GridSpec
from mlcore.sensors import get_sensor
from tests.rasters import UTM, UTM_ORIGIN, real_file, write_raster

L1C = get_sensor("sentinel2-l1c")
GRID = GridSpec(UTM, tuple(UTM_ORIGIN)[:6], 32)
# Reflectances x 10^4 at the top of the atmosphere, of the 13 bands.
FOREST = (1300, 950, 800, 550, 900, 2000, 2500, 2400, 2700, 900, 15, 1500, 700)
CLOUD = (5200, 5100, 4900, 4900, 5000, 5200, 5400, 5300, 5400, 2200, 250, 4200, 3300)

needs_model = pytest.mark.skipif(not can_tell(L1C), reason="the extra 'clouds' is not installed")


def half(width: int = 64) -> np.ndarray:
    """Return 13 bands of forest, with a cloud over the left half."""
    values = np.empty((13, 32, width), np.uint16)
    values[:] = np.array(FOREST)[:, None, None]
    values[:, :, : width // 2] = np.array(CLOUD)[:, None, None]
    return values


@needs_model
def test_it_works(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "l1c.tif", half())
    assert estimated_fractions(path, L1C, GRID, (0, 0, 2, 1)).tolist() == [[1, 0]]
    assert np.isnan(estimated_fractions(path, L1C, GRID, (2, 0, 1, 1))).all()  # beside the scene


@needs_model
def test_bands_are_found_by_name_whatever_their_order(tmp_path: Path) -> None:
    eurosat = get_sensor("sentinel2-eurosat")
    order = [[band.name for band in L1C.bands].index(band.name) for band in eurosat.bands]
    path = write_raster(tmp_path / "l1c.tif", half()[order])
    assert estimated_fractions(path, eurosat, GRID, (0, 0, 2, 1)).tolist() == [[1, 0]]


@needs_model
def test_a_clear_scene_of_spain_is_mostly_clear() -> None:
    path = real_file("sen1floods11_sample/S2/Spain_7370579_S2Hand.tif")
    from mlcore.raster.info import inspect

    grid = GridSpec("EPSG:4326", inspect(path).transform, 64)
    assert np.nanmean(estimated_fractions(path, L1C, grid, (0, 0, 8, 8))) < 0.2


def test_below_the_atmosphere_and_without_the_model_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not can_tell(get_sensor("sentinel2-l2a"))
    assert not can_tell(get_sensor("landsat8-oli"))
    monkeypatch.setattr(cloudless, "_weights", lambda: None)
    assert not can_tell(L1C)


@needs_model
def test_the_package_itself_is_never_imported() -> None:
    code = (
        "import sys; from mlcore.raster.cloudless import *; from mlcore.sensors import get_sensor; "
        "assert can_tell(get_sensor('sentinel2-l1c')); from mlcore.raster import cloudless; cloudless._trees(); "
        "assert not {'s2cloudless', 'sentinelhub', 'cv2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
