"""Every usual instrument by a small file as its makers write it: which band is what, and what its numbers are."""

from pathlib import Path

import numpy as np
import pytest

from mlcore.raster.info import inspect
from mlcore.raster.instruments import instrument_of
from mlcore.sensors import Modality, Sensor
from tests.rasters import ramp, write_raster

LANDSAT = [f"SR_B{n}" for n in range(1, 8)]


def sensor_of(
    folder: Path, name: str, bands: list[str] | int, dtype: str = "uint16", **tags: str
) -> tuple[Sensor, str]:
    """Return what a file of a few pixels is taken for, and the remark."""
    count = bands if isinstance(bands, int) else len(bands)
    named = () if isinstance(bands, int) else tuple(bands)
    values = ramp(1, 16, 16, dtype).repeat(count, axis=0)
    info = inspect(write_raster(folder / "a.tif", values, descriptions=named, tags=tags))
    told = instrument_of(info, name, means=[100.0] * count)
    return told.sensor, told.remark


@pytest.mark.parametrize(
    ("name", "bands", "centres"),
    [
        ("LC08_L2SP_191025_20200601_02_T1.tif", LANDSAT, [443, 482, 561, 655, 865, 1609, 2201]),
        ("LE07_L2SP_191025_20020601_02_T1.tif", [*LANDSAT[:5], "SR_B7"], [479, 561, 661, 835, 1650, 2209]),
        ("LT05_L2SP_191025_19900601_02_T1.tif", [*LANDSAT[:5], "SR_B7"], [485, 569, 660, 840, 1650, 2223]),
        ("scene.tif", ["B2", "B3", "B4", "B8"], [492, 560, 665, 833]),
        ("scene.tif", ["B04", "B8A", "B11"], [665, 865, 1614]),
        ("MOD09A1.tif", [f"sur_refl_b0{n}" for n in range(1, 8)], [645, 859, 469, 555, 1240, 1640, 2130]),
        ("20210605_PSScene.tif", ["blue", "green", "red", "nir"], [485, 545, 630, 820]),
        (
            "20210605_SuperDove.tif",
            ["coastal_blue", "blue", "green_i", "green", "yellow", "red", "rededge", "nir"],
            [443, 490, 531, 565, 610, 665, 705, 865],
        ),
        (
            "WV02_20100101.tif",
            ["Coastal", "Blue", "Green", "Yellow", "Red", "Red Edge", "NIR1", "NIR2"],
            [427, 478, 546, 608, 659, 724, 833, 949],
        ),
        ("m_3712213_naip.tif", ["Red", "Green", "Blue", "NIR"], [620, 540, 460, 830]),
        ("flight_RedEdge-MX.tif", ["Blue", "Green", "Red", "Red edge", "NIR"], [475, 560, 668, 717, 840]),
        ("Parrot_Sequoia.tif", ["Green", "Red", "Red edge", "NIR"], [550, 660, 735, 790]),
        ("DJI_P4M.tif", ["Blue", "Green", "Red", "Red edge", "NIR"], [450, 560, 650, 730, 840]),
    ],
)
def test_optical_bands_have_their_centres(tmp_path: Path, name: str, bands: list[str], centres: list[float]) -> None:
    sensor, _ = sensor_of(tmp_path, name, bands)
    assert [band.wavelength_nm for band in sensor.bands] == pytest.approx(centres, abs=25), sensor.title
    assert sensor.modality is Modality.OPTICAL


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("ENMAP01-L2A-SPECTRAL_IMAGE.TIF", 224),
        ("PRS_L2D_PRISMA.tif", 234),
        ("EMIT_L2A_RFL.tif", 285),
        ("DESIS-HSI-L2A-DT0001-SPECTRAL_IMAGE.tif", 235),
        ("aviris_scene.tif", 224),
    ],
)
def test_spectrometers_are_known_by_their_products_names(tmp_path: Path, name: str, count: int) -> None:
    sensor, remark = sensor_of(tmp_path, name, count, "int16")
    assert sensor.code in name.lower()
    assert all(band.wavelength_nm and 350 < band.wavelength_nm < 2550 for band in sensor.bands)
    assert "nominal centres" in remark


def test_a_spectrometer_that_says_its_centres_keeps_them(tmp_path: Path) -> None:
    centres = np.linspace(402.5, 1000.1, 235).round(2)
    sensor, remark = sensor_of(tmp_path, "DESIS-x.tif", [f"{centre} nm" for centre in centres], "int16")
    assert [band.wavelength_nm for band in sensor.bands] == pytest.approx(list(centres))
    assert "nominal" not in remark


@pytest.mark.parametrize(
    ("bands", "polarisations"),
    [
        (["VV", "VH"], ["VV", "VH"]),
        (["HH", "HV", "VH", "VV"], ["HH", "HV", "VH", "VV"]),
        (["Sigma0_HH_db", "Sigma0_HV_db"], ["HH", "HV"]),
        (["Gamma0_VV", "Gamma0_VH"], ["VV", "VH"]),
    ],
)
def test_radar_has_its_polarisations(tmp_path: Path, bands: list[str], polarisations: list[str]) -> None:
    sensor, _ = sensor_of(tmp_path, "radar.tif", bands, "float32")
    assert sensor.modality is Modality.SAR
    assert [band.polarisation for band in sensor.bands] == polarisations


@pytest.mark.parametrize("name", ["area_DSM.tif", "area_DTM.tif", "area_dem.tif", "JERC_CHM.tif"])
def test_heights_are_known_by_their_names(tmp_path: Path, name: str) -> None:
    sensor, _ = sensor_of(tmp_path, name, 1, "float32")
    assert sensor.modality is Modality.ELEVATION
