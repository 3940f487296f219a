"""An operator's own sensors, in a YAML file: in the table like any other, and refused by name where they cannot be."""

from pathlib import Path

import pytest

from mlcore.errors import BadSensor
from mlcore.sensors import SENSORS, Quantity, get_sensor
from mlcore.sensors.own import add_own, own_sensor

DRONE = """
- code: my-drone
  title: My drone, 3 bands
  gsd_m: 0.05
  quantity: reflectance_1e4
  bands:
    - {name: green, wavelength_nm: 550, width_nm: 40}
    - {name: red, wavelength_nm: 660, scale: 0.5}
    - {name: nir, title: near infrared, wavelength_nm: 790}
"""


def test_it_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.yaml").write_text(DRONE)
    monkeypatch.setattr("mlcore.sensors.own.SENSORS", table := dict(SENSORS))
    (sensor,) = add_own(tmp_path / "own.yaml")
    assert table["my-drone"] is sensor
    assert (sensor.gsd_m, sensor.quantity) == (0.05, Quantity.REFLECTANCE_1E4)
    assert [band.wavelength_nm for band in sensor.bands] == [550, 660, 790]
    assert [composite.name for composite in sensor.composites] == ["first", "band-green", "band-red", "band-nir"] or (
        sensor.composites[0].name == "false"
    )
    assert get_sensor("rgb") is SENSORS["rgb"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("text", "no list of sensors"),
        ("- 3", "Sensor 1 in own.yaml needs a code"),
        ("- {code: a, bands: []}", "needs 1 to 512 bands"),
        ("- {code: a, bands: [{name: x}, {name: x}]}", "a name of its own"),
        ("- {code: a, bands: [{wavelength_nm: 5}]}", "Band 1 of Sensor 1 in own.yaml needs a name"),
        ("- {code: a, bands: [{name: x, wavelength_nm: 0.55}]}", "0.55 nm; 100 to 20000"),
        ("- {code: a, bands: [{name: x, colour: red}]}", "'colour', which is not known"),
        ("- {code: a, quantity: light, bands: [{name: x}]}", "is wrong: 'light'"),
        ("- {code: rgb, bands: [{name: x}]}", "as another is called"),
        ("- !!python/object/apply:os.system [id]", "no YAML that can be read"),
        ("- {code: [", "no YAML that can be read"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, told: str, why: str) -> None:
    (tmp_path / "own.yaml").write_text(told)
    with pytest.raises(BadSensor, match=why):
        add_own(tmp_path / "own.yaml")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadSensor, match="cannot be read|can be read"):
        add_own(tmp_path / "none.yaml")
    assert own_sensor({"code": "a", "bands": [{"name": "x"}]}).title == "a"
