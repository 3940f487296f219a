"""Scenes of two sensors are compared by those of their bands that see alike."""

import numpy as np
import pytest

from mlcore.raster.lining import Pair, line_up, pairs_of
from mlcore.raster.moved import moved
from mlcore.sensors import get_sensor
from tests.rasters import real_file

S2, L8, S1, DEM = (get_sensor(code) for code in ("sentinel2-l2a", "landsat8-sr7", "sentinel1-grd", "elevation"))


def test_it_works() -> None:
    pairs = pairs_of(S2, L8)
    named = [(S2.bands[pair.own].name, L8.bands[pair.other].name) for pair in pairs]
    assert named == [("B08", "SR_B5"), ("B11", "SR_B6"), ("B04", "SR_B4")]
    assert not any(pair.edges for pair in pairs)


def test_radar_is_compared_by_polarisation() -> None:
    assert pairs_of(S1, S1) == [Pair(0, 0), Pair(1, 1)]


def test_what_sees_nothing_alike_is_compared_by_its_edges_too() -> None:
    assert pairs_of(S2, S1) == [Pair(7, 0), Pair(7, 0, edges=True)]
    assert pairs_of(DEM, S2) == [Pair(0, 7), Pair(0, 7, edges=True)]


def test_two_dates_of_boadella() -> None:
    january, later = (real_file(f"s2_boadella_eurosat6/Boadella_2020-01-{day}.tif") for day in (13, 28))
    there = line_up(later, S2, january, S2).offset
    assert (there.refusal, there.windows >= 3) == ("", True)
    assert np.hypot(there.across_px, there.down_px) < 1
    off = line_up(moved(later, (1.3, -0.7)), S2, january, S2).offset
    assert (off.across_px - there.across_px, off.down_px - there.down_px) == pytest.approx((-1.3, 0.7), abs=0.15)


def test_radar_and_light_over_a_flood() -> None:
    folder = real_file("sen1floods11_sample")
    told = line_up(
        folder / "S2/Spain_7370579_S2Hand.tif", get_sensor("sentinel2-l1c"), folder / "S1/Spain_7370579_S1Hand.tif", S1
    )
    assert (told.offset.refusal, told.bands) == ("", (get_sensor("sentinel2-l1c").bands[7].label, "VV"))
    assert np.hypot(told.offset.across_px, told.offset.down_px) < 2
