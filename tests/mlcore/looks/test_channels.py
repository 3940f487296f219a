"""Channels: which bands a recipe means, by name, role or wavelength, and what sensors offer."""

import json

import pytest

from mlcore.errors import BadRecipe, UnknownName
from mlcore.looks import Recipe, channels_of, presets_of, read_recipe
from mlcore.looks.naming import place_of
from mlcore.looks.presets import fits
from mlcore.pillars import gridded_sensor
from mlcore.sensors.table import SENSORS, get_sensor, unknown_sensor

S2, ENMAP, S1 = get_sensor("sentinel2-l2a"), get_sensor("enmap"), get_sensor("sentinel1-grd")


def test_it_works():
    (ndvi,) = channels_of(Recipe(bands=("(nir - red) / (nir + red)",)), S2)
    assert [S2.bands[at].name for at in ndvi.bands] == ["B04", "B08"]
    channels = channels_of(read_recipe({"bands": ["B8", "b4", "B03"]}), S2)
    assert [S2.bands[channel.plain].name for channel in channels] == ["B08", "B04", "B03"]
    assert [channel.title for channel in channels][0] == "B08 near infrared"


def test_names_roles_wavelengths_and_polarisations_are_bands():
    assert [S2.bands[place_of(S2, name)].name for name in ("B8A", "swir1", "rededge", "red edge 1", "coastal")] == [
        "B8A", "B11", "B05", "B05", "B01",
    ]  # fmt: skip
    assert ENMAP.bands[place_of(ENMAP, "860 nm")].wavelength_nm == pytest.approx(860, abs=7)
    assert ENMAP.bands[place_of(ENMAP, "nir")].wavelength_nm == pytest.approx(840, abs=7)
    assert place_of(ENMAP, "ENMAP-12") == 11 and place_of(S1, "vh") == 1


@pytest.mark.parametrize("name", ["B99", "thermal", "5000 nm", "", "nan nm", "VV"])
def test_what_is_not_there_is_listed(name):
    with pytest.raises(BadRecipe, match="It has B01, B02"):
        place_of(S2, name)


def test_a_band_called_like_an_expression_is_a_band():
    (channel,) = channels_of(Recipe(bands=("ENMAP-12",)), ENMAP)
    assert channel.plain == 11
    (second,) = channels_of(Recipe(bands=("2",)), unknown_sensor(3))
    assert second.plain == 1


def test_a_composite_goes_by_its_name_or_its_title():
    names = [S2.bands[channel.plain].name for channel in channels_of(Recipe(composite="true-colour"), S2)]
    assert names == ["B04", "B03", "B02"] == [S2.bands[c.plain].name for c in channels_of(Recipe(composite="true"), S2)]
    with pytest.raises(UnknownName):
        channels_of(Recipe(composite="xray"), S2)


def test_every_sensor_offers_what_fits_it():
    for sensor in (*SENSORS.values(), gridded_sensor(1.0), unknown_sensor(4)):
        presets = presets_of(sensor)
        assert all(fits(preset.recipe, sensor) for preset in presets)
        assert len({preset.name for preset in presets}) == len(presets)
        for preset in presets:
            assert read_recipe(json.loads(json.dumps(preset.recipe.to_dict()))) == preset.recipe


def test_presets_follow_roles():
    def names(sensor):
        return {preset.name for preset in presets_of(sensor)}

    assert {"true", "ndvi", "ndwi", "mndwi", "nbr", "ndmi"} <= names(S2)
    assert "pca" not in names(S2) and {"pca", "mnf", "ndvi"} <= names(ENMAP)
    assert names(get_sensor("rgb")) == {"true"} and "ndvi" in names(get_sensor("naip"))
    assert {"ratio-db", "vv-db", "vv-smooth"} <= names(S1) and "hh-hv" not in names(S1)
    assert {"hillshade", "slope", "colours"} <= names(get_sensor("elevation"))
    assert {"height-colours", "classes", "brightness", "hillshade"} <= names(gridded_sensor(1.0))
    assert "thermal" in names(get_sensor("landsat8-sr7st"))


def test_no_two_ways_to_look_at_a_cloud_have_one_title() -> None:
    titles = [preset.title for preset in presets_of(gridded_sensor(1.0))]
    assert len(titles) == len(set(titles))
