"""Wavelengths in words: any unit, either decimal sign, in descriptions or in tags; and what is none."""

import pytest
import rasterio

from mlcore.raster.info import inspect
from mlcore.sensors import guess_sensor
from mlcore.sensors.wavelengths import read_wavelengths
from tests.rasters import ramp, write_raster

CENTRES = (465.2, 560.1, 665.0, 842.3, 1610.0)


@pytest.mark.parametrize(
    "pattern",
    ["{nm} nm", "{nm}nm", "Band 3: {um} um", "{um} µm", "{nm} Nanometres", "{nm}", "{um}", "{um} microns"],
)
@pytest.mark.parametrize("comma", [False, True])
def test_it_works(pattern, comma):
    texts = [pattern.format(nm=f"{nm:.1f}", um=f"{nm / 1000:.4f}") for nm in CENTRES]
    texts = [text.replace(".", ",") for text in texts] if comma else texts
    assert read_wavelengths(texts) == pytest.approx(CENTRES)
    sensor = guess_sensor(5, texts, "uint16")
    assert [band.wavelength_nm for band in sensor.bands] == pytest.approx(CENTRES)


def test_a_comma_before_three_digits_of_nanometres_stands_for_thousands():
    assert read_wavelengths(["842.3 nm", "1,610 nm", "12,500 nm"]) == [842.3, 1610, 12500]
    assert read_wavelengths(["465,125 nm", "1,610 um"]) == pytest.approx([465.125, 1610])


@pytest.mark.parametrize(
    "texts",
    [
        ["1", "2", "3"],  # numbers of bands
        ["2018", "2019", "2020"],  # years
        ["20200601", "20200701"],  # days
        ["001", "182"],  # days of a year
        ["665", "665"],
        ["1.0", "2.0", "3.0", "20.0"],
        ["665"],
        ["665", "red"],
        ["0.4", ""],
        [],
    ],
)
def test_other_numbers_are_no_wavelengths(texts):
    assert read_wavelengths(texts) is None


@pytest.mark.parametrize(
    ("tags", "of_file"),
    [
        ({"wavelength": "{nm}", "wavelength_units": "Nanometers"}, {}),
        ({"WAVELENGTH": "{um}", "WAVELENGTH_UNITS": "Micrometers"}, {}),
        ({"wavelength": "{comma}"}, {}),
        ({"Center_Wavelength": "{nm} nm"}, {}),
        ({"wavelength": "{um}"}, {"wavelength_units": "um"}),
    ],
)
def test_centres_in_tags_of_bands_count(tmp_path, tags, of_file):
    path = write_raster(tmp_path / "a.tif", ramp(5, 16, 16, "uint16"), descriptions=[f"Band {n}" for n in range(1, 6)])
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(**of_file)
        for number, nm in enumerate(CENTRES, start=1):
            words = {"nm": nm, "um": nm / 1000, "comma": str(nm).replace(".", ",")}
            dataset.update_tags(number, **{name: text.format(**words) for name, text in tags.items()})
    info = inspect(path)
    sensor = guess_sensor(info.count, info.descriptions, info.dtype)
    assert [band.wavelength_nm for band in sensor.bands] == pytest.approx(CENTRES)


def test_names_of_a_known_sensor_win_over_its_wavelengths(tmp_path):
    names = [f"B{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, "8A", 9, 11, 12)]
    path = write_raster(tmp_path / "a.tif", ramp(12, 16, 16, "uint16"), descriptions=names)
    with rasterio.open(path, "r+") as dataset:
        for number in range(1, 13):
            dataset.update_tags(number, wavelength=str(400 + 10 * number), wavelength_units="nm")
    info = inspect(path)
    assert guess_sensor(info.count, info.descriptions, info.dtype).code == "sentinel2-l2a"
