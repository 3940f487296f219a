"""What a raster declares of its bands is applied: scale and offset, colours, wavelengths wherever they stand."""

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp

from mlcore.raster.cog import to_cog
from mlcore.raster.info import RasterInfo, inspect
from mlcore.raster.instruments import calibration_told, instrument_of
from mlcore.raster.read import read_file
from tests.rasters import ramp, real_file, write_raster

S2 = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12")


def scaled(path, values, scales, offsets, **raster):
    write_raster(path, values, **raster)
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = scales, offsets
    return path


def test_it_works(tmp_path):
    values = np.full((12, 16, 16), 1300, np.uint16)
    path = scaled(tmp_path / "s2.tif", values, [1e-4] * 12, [-0.1] * 12, descriptions=S2, nodata=0)
    sensor = instrument_of(inspect(path)).sensor
    assert (sensor.code, sensor.quantity.value) == ("sentinel2-l2a", "reflectance")
    assert read_file(path, sensor).pixels == pytest.approx(np.full((12, 16, 16), 0.03))
    assert calibration_told(sensor) == (
        "As the file declares, its numbers are read x 0.0001, then -0.1, as reflectance."
    )


def test_scale_and_colours_survive_conversion_and_json(tmp_path):
    values = np.full((3, 600, 600), 500, np.int16)
    colours = (ColorInterp.blue, ColorInterp.green, ColorInterp.red)
    path = scaled(tmp_path / "a.tif", values, [0.001] * 3, [1, 2, 3], colours=colours)
    info = inspect(path)
    to_cog(path, tmp_path / "cog.tif", info)
    made = inspect(tmp_path / "cog.tif")
    assert (made.scales, made.offsets) == ((0.001,) * 3, (1.0, 2.0, 3.0))
    assert RasterInfo.from_dict(info.to_dict()) == info
    sensor = instrument_of(info).sensor
    assert [band.name for band in sensor.bands] == ["blue", "green", "red"]
    assert read_file(tmp_path / "cog.tif", sensor).pixels[:, 0, 0] == pytest.approx([1.5, 2.5, 3.5])


def test_facts_stored_before_scales_are_read(tmp_path):
    info = inspect(write_raster(tmp_path / "a.tif"))
    stored = {name: value for name, value in info.to_dict().items() if name not in ("scales", "offsets", "colours")}
    assert RasterInfo.from_dict(stored).scales == ()


@pytest.mark.parametrize(
    ("name", "tags", "mean", "offset"),
    [
        ("a.tif", {"PROCESSING_BASELINE": "05.10"}, 1300, -1000),
        ("S2B_MSIL2A_20220301T100029_N0400_R122_T33UVR.tif", {}, 1300, -1000),
        ("S2B_MSIL2A_20220301T100029_N0400_R122_T33UVR.tif", {}, 300, None),  # taken off already
        ("S2A_MSIL2A_20200113T100401_N0213_R122_T33UVR.tif", {}, 1300, None),
        ("a.tif", {}, 1300, None),
    ],
)
def test_the_offset_of_sentinel_2s_baseline_is_taken_off(tmp_path, name, tags, mean, offset):
    path = write_raster(tmp_path / name, np.full((12, 16, 16), mean, np.uint16), descriptions=S2, tags=tags)
    sensor = instrument_of(inspect(path), name, means=[mean] * 12).sensor
    assert {band.offset for band in sensor.bands} == {offset}
    assert read_file(path, sensor).pixels.max() == mean + (offset or 0)
    assert ("adds 1000" in calibration_told(sensor)) == (offset is not None)
    assert sensor.quantity.value == "reflectance_1e4"


@pytest.mark.parametrize("scale", [0, float("nan"), float("inf"), 1e300])
def test_a_scale_that_cannot_be_is_left_alone(tmp_path, scale):
    info = inspect(scaled(tmp_path / "a.tif", ramp(3, 16, 16), [scale] * 3, [0] * 3))
    assert info.scales == ()


@pytest.mark.parametrize("text", ["{465.2, 560.1, 665.0}", "465.2,560.1,665.0", "0.4652 0.5601 0.665"])
def test_wavelengths_of_the_whole_file_count(tmp_path, text):
    info = inspect(write_raster(tmp_path / "a.tif", tags={"wavelength": text}))
    assert [band.wavelength_nm for band in instrument_of(info).sensor.bands] == pytest.approx([465.2, 560.1, 665])


def test_the_imagery_domain_tells_centre_and_width(tmp_path):
    path = write_raster(tmp_path / "a.tif")
    with rasterio.open(path, "r+") as dataset:
        for number, (centre, width) in enumerate([(0.49, 0.065), (0.56, 0.035), (0.665, 0.03)], start=1):
            dataset.update_tags(number, ns="IMAGERY", CENTRAL_WAVELENGTH_UM=centre, FWHM_UM=width)
    bands = instrument_of(inspect(path)).sensor.bands
    assert [(band.wavelength_nm, band.width_nm) for band in bands] == [
        pytest.approx(pair) for pair in ((490, 65), (560, 35), (665, 30))
    ]


@pytest.mark.parametrize(
    ("name", "bands"),
    [
        ("bgr_described.tif", [475, 560, 660]),
        ("planet_bgrn.tif", [485, 545, 630, 820]),
        ("gee_s2_b2348.tif", [490, 560, 665, 842]),
        ("landsat8_sr7.tif", [443, 482, 561, 655, 865, 1609, 2201]),
        ("wl_tags_envi_nm.tif", [465.2, 560.1, 665, 842.3, 1610]),
        ("wl_bare_numbers.tif", [465.2, 560.1, 665, 842.3, 1610]),
        ("wl_comma.tif", [465.2, 560.1, 665, 842.3, 1610]),
        ("ndvi_float_unnamed.tif", [None]),
    ],
)
def test_field_cases_have_their_wavelengths(name, bands):
    path = real_file(f"field_cases/{name}")
    sensor = instrument_of(inspect(path), name).sensor
    assert [band.wavelength_nm for band in sensor.bands] == pytest.approx(bands)
    assert sensor.modality.value == "optical"
    assert sensor.code != "elevation"


def test_field_cases_have_their_scale():
    path = real_file("field_cases/ndvi_scaled.tif")
    index = instrument_of(inspect(path), path.name).sensor
    chip = read_file(path, index)
    assert index.quantity.value == "index"
    assert (chip.pixels[0][chip.mask].min(), chip.pixels[0][chip.mask].max()) == pytest.approx((-0.406, 0.995))
    path = real_file("field_cases/s2_baseline0400_offset.tif")
    chip = read_file(path, instrument_of(inspect(path)).sensor)
    assert float(np.median(chip.pixels[1][:, :8])) == pytest.approx(0.030, abs=0.005)
