"""Bands by name and not by position: what writers call them decides which sensor it is and which band is what."""

import pytest

from mlcore.sensors import Clues, Quantity, get_sensor, guess, guess_sensor

S2 = [f"B{number}" for number in range(1, 13)]
SR = [f"SR_B{number}" for number in range(1, 8)]


def told(*names, dtype="uint16", said="", colours=()):
    return guess(Clues(len(names), names, dtype, colours, said))


def centres(*names, **more):
    return [band.wavelength_nm for band in told(*names, **more).sensor.bands]


def test_it_works():
    given = told("blue", "green", "red", "nir")
    assert [band.wavelength_nm for band in given.sensor.bands] == [475, 560, 660, 840]
    assert given.sensor.composite("true").bands == ("red", "green", "blue")
    assert given.sensor.composite("false").bands == ("nir", "red", "green")
    assert given.remark == ""


@pytest.mark.parametrize(
    ("names", "nm", "true"),
    [
        (["blue", "green", "red"], [475, 560, 660], ("red", "green", "blue")),
        (["Blue", "Green", "Red", "Red edge", "NIR", "LWIR"], [475, 560, 660, 717, 840, 11000],
         ("red", "green", "blue")),
        (["B2", "B3", "B4", "B8"], [490, 560, 665, 842], ("B04", "B03", "B02")),
        (["B08", "B04", "B03", "B02"], [842, 665, 560, 490], ("B04", "B03", "B02")),
        (["T33UVR_20200113T100401_B04_10m", "T33UVR_20200113T100401_B8A_20m"], [665, 865], ("B04",)),
        (SR, [443, 482, 561, 655, 865, 1609, 2201], ("SR_B4", "SR_B3", "SR_B2")),
        ([*SR, "ST_B10"], [443, 482, 561, 655, 865, 1609, 2201, 10895], ("SR_B4", "SR_B3", "SR_B2")),
        ([*SR[:5], "SR_B7", "ST_B6"], [485, 560, 660, 835, 1650, 2220, 11450], ("SR_B3", "SR_B2", "SR_B1")),
        ([*S2[:8], "B9", "B10", "B11", "B12", "B8A"],
         [443, 490, 560, 665, 705, 740, 783, 842, 945, 1375, 1610, 2190, 865], ("B04", "B03", "B02")),
        (["coastal_blue", "blue", "green_i", "green", "yellow", "red", "rededge", "nir"],
         [443, 490, 531, 565, 610, 665, 705, 865], ("red", "green", "blue")),
        (["B4 near infrared", "B3 red", "B2 green"], [835, 660, 560], ("B4", "B3", "B2")),
        (["b", "g", "r"], [475, 560, 660], ("red", "green", "blue")),
    ],
)  # fmt: skip
def test_names_tell_wavelengths_in_any_order(names, nm, true):
    given = told(*names)
    assert [band.wavelength_nm for band in given.sensor.bands] == nm
    assert given.sensor.composite().bands == true
    assert given.remark == ""


@pytest.mark.parametrize(
    ("said", "names", "code"),
    [
        ("20200601_101010_PSScene_AnalyticMS.tif", ["blue", "green", "red", "nir"], "planetscope-4"),
        ("m_3807708_naip.tif", ["red", "green", "blue", "nir"], "naip"),
        ("Parrot Sequoia", ["Green", "Red", "Red edge", "NIR"], "parrot-sequoia"),
        ("MicaSense Altum", ["Blue", "Green", "Red", "Red edge", "NIR", "LWIR"], "micasense-altum"),
        ("LT05_L1TP_191025.tif", ["B1", "B2", "B3", "B4", "B5", "B6", "B7"], "landsat7-etm"),
        ("LC08_L1TP_191025.tif", ["B1", "B2", "B3", "B4", "B5", "B6", "B7"], "landsat8-oli"),
    ],
)
def test_a_files_name_and_tags_tell_whose_bands_they_are(said, names, code):
    given = told(*names, said=said)
    assert (given.sensor.code, given.remark) == (code, "")


def test_names_that_several_satellites_use_are_remarked():
    given = told("B5", "B4", "B3")
    assert centres("B5", "B4", "B3") == [865, 655, 561]
    assert "as those of several satellites are" in given.remark
    assert centres("B5", "B4", "B3", said="S2A_MSIL2A_20200113T100401_N0213.tif") == [705, 665, 560]


def test_colour_interpretation_tells_the_order():
    given = told(None, None, None, colours=("blue", "green", "red"))
    assert given.sensor.composite().bands == ("red", "green", "blue")
    assert [band.name for band in given.sensor.bands] == ["blue", "green", "red"]
    assert told(None, None, None, colours=("red", "green", "blue")) == guess(Clues(3, ("R", "G", "B")))


def test_position_is_the_last_resort_and_says_so():
    given = told(None, None, None)
    assert given.sensor.code == "rgb"
    assert "Nothing in it says what its 3 bands are" in given.remark and "red, green, blue" in given.remark
    assert "fourth band" in told(*[None] * 4, colours=("red", "green", "blue", "undefined")).remark
    assert told("Red", "Green", "Blue", "mask").sensor.bands[3].wavelength_nm is None


def test_an_index_is_one_and_an_unnamed_float_is_no_elevation():
    index = told("NDVI", dtype="int16").sensor
    assert (index.code, index.quantity) == ("index-ndvi", Quantity.INDEX)
    assert told(None, dtype="float32").sensor.code == "unknown-1"
    assert told(None, dtype="float32", said="N35_dem.tif").sensor.code == "elevation"
    assert told("Red").sensor.bands[0].wavelength_nm == 660


def test_eurosats_order_is_told_by_its_dark_tenth_band():
    dark_tenth, dark_eleventh = [900.0] * 8 + [480, 11, 1700, 1400, 2100], [900.0] * 9 + [480, 11, 1700, 1400]
    given = guess(Clues(13, (), "uint16", means=dark_tenth))
    assert [band.name for band in given.sensor.bands][9:] == ["B10", "B11", "B12", "B8A"]
    assert "EuroSAT" in given.remark
    assert guess(Clues(13, (), "uint16", means=dark_eleventh)).sensor.code == "sentinel2-l1c"


@pytest.mark.parametrize("name", ["sur_refl_b0{}", "sur_refl_b0{}_1", "Nadir_Reflectance_Band{}"])
def test_the_land_bands_of_modis_are_none_of_sentinel(name):
    sensor = guess_sensor(7, [name.format(number) for number in range(1, 8)], "int16")
    assert sensor.code == "modis-7"
    assert [band.wavelength_nm for band in sensor.bands] == [645, 858.5, 469, 555, 1240, 1640, 2130]
    some = guess_sensor(2, [name.format(2), name.format(1)], "int16")
    assert [band.title for band in some.bands] == ["near infrared", "red"]


def test_a_single_band_whose_file_is_called_by_an_index_is_one():
    told = guess(Clues(1, [None], "int16", said="TERRA_MODIS_012010_NDVI_2013-09-14.jp2"))
    assert told.sensor.code == "index-ndvi"
    assert "taken for an index" in told.remark


@pytest.mark.parametrize(("code", "count"), [("enmap", 224), ("prisma", 234), ("emit", 285), ("desis", 235)])
def test_spectrometers_in_orbit_are_in_the_table(code, count):
    bands = get_sensor(code).bands
    assert len(bands) == len({band.name for band in bands}) == count
    assert 350 < bands[0].wavelength_nm < 450
