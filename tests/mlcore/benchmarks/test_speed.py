"""Speed is measured side by side; here only that it is, for no figure of a test machine is worth a bar."""

import numpy as np
import pytest

from mlcore.benchmarks import speed
from mlcore.sensors import get_sensor


def test_it_works(monkeypatch):
    monkeypatch.setattr(speed, "_ROWS", ("statistics",))
    monkeypatch.setattr(speed, "_SENSORS", ("rgb",))
    monkeypatch.setattr(speed, "_TILES", 8)
    monkeypatch.setattr(speed, "_COUNTS", (8, 16))
    monkeypatch.setattr(speed, "_BANDS", (4, 8))
    monkeypatch.setattr(speed, "_STREAM_CHUNK", 10)
    speeds = speed.measure(threads=1, stream=100)
    assert [(rate.row, rate.sensor, rate.precision) for rate in speeds.rates] == [("statistics", "rgb", "fp32")]
    assert speeds.memory.tiles == 100
    assert [growth.of for growth in speeds.growth] == ["tiles", "bands"]
    assert "At least 300 tiles a second" in speed.text(speeds)


def test_growth_in_proportion_has_the_exponent_one():
    assert speed.Growth("tiles", (10, 100, 1000), (0.5, 5.0, 50.0)).exponent == pytest.approx(1)
    assert speed.Growth("bands", (10, 100), (1.0, 100.0)).exponent == pytest.approx(2)


def test_tiles_have_the_sensors_bands():
    made = speed.tiles(get_sensor("landsat7-etm"), 3, 16)
    assert len(made) == 3
    assert made[0].chips[0].pixels.shape == (7, 16, 16)
    assert not np.array_equal(made[0].chips[0].pixels, made[1].chips[0].pixels)
