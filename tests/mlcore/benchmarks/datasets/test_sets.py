"""Published data sets: what a sample shows is what the label speaks of."""

from datetime import date

import numpy as np
import pytest

from mlcore.benchmarks.datasets import DATASETS, DataAbsent, Task, data_root, load_set
from mlcore.benchmarks.splits import split
from mlcore.errors import UnknownName


def real(name):
    try:
        return DATASETS[name](data_root())
    except DataAbsent as error:
        pytest.skip(f"needs the data set: {error}")


def test_it_works():
    data = real("indian-pines")
    assert len(data) == 10249
    assert len(np.unique(data.targets)) == 16
    chip = data.inputs["hsi"](np.array([500]))[0].chips[0]
    assert chip.pixels.shape == (200, 9, 9)
    whole = data.scenes["hsi"][0].pixels
    row, column = int(data.places.row[500]), int(data.places.column[500])
    np.testing.assert_array_equal(chip.pixels[:, 4, 4], whole[:, row, column])


def test_both_sensors_of_houston_show_the_same_ground():
    data = real("houston")
    cube, picture = data.inputs["hsi+rgb"](np.array([3000]))[0].chips
    assert cube.pixels.shape == (48, 9, 9)
    assert picture.pixels.shape == (3, 36, 36)
    coarse = picture.pixels.mean(0).reshape(9, 4, 9, 4).mean((1, 3)).ravel()
    visible = cube.pixels[5:25].mean(0).ravel()
    assert np.corrcoef(coarse, visible)[0, 1] > 0.5


def test_windows_of_houston_have_several_labels():
    data = real("houston-windows")
    assert data.task is Task.TAGS
    assert data.targets.dtype == bool
    assert data.targets.sum(1).mean() > 1
    assert data.targets.any(0).all()


def test_dead_bands_of_enmap_are_left_out():
    data = real("enmap")
    sample = data.inputs["hsi"](np.array([0]))[0]
    assert len(sample.chips[0].sensor.bands) == 218
    assert sample.acquired == date(2022, 7, 24)
    assert sample.chips[0].pixels.min() > -32768
    assert np.bincount(data.targets)[1:].tolist() == [450, 807, 1379, 1946, 71, 359]


def test_taizhou_has_two_dates_of_one_place():
    data = real("taizhou")
    earlier, later = data.inputs["tm"](np.array([10]))[0].chips
    assert (earlier.acquired, later.acquired) == (date(2000, 3, 17), date(2003, 2, 6))
    assert earlier.pixels.shape == later.pixels.shape == (6, 9, 9)
    assert data.targets.mean() == pytest.approx(4227 / (4227 + 17163), abs=0.02)


def test_floods_are_seen_by_radar_and_optics():
    data = real("floods")
    radar, optical = data.inputs["s1+s2"](np.array([0]))[0].chips
    assert radar.orbit == "descending"
    assert len(optical.sensor.bands) == 13
    water = data.inputs["s1"](np.flatnonzero(data.targets == 1)[:200])
    land = data.inputs["s1"](np.flatnonzero(data.targets == 0)[:200])
    means = [np.mean([sample.chips[0].pixels[0] for sample in part]) for part in (water, land)]
    assert means[0] < means[1] - 3  # dB: open water is dark


def test_pixels_of_jasper_ridge_lie_where_their_materials_are():
    data = real("jasper-ridge")
    assert np.bincount(data.targets).tolist() == pytest.approx([3600, 3000, 2500, 600], abs=700)
    water = data.inputs["hsi"](np.flatnonzero(data.targets == 1)[:200])
    trees = data.inputs["hsi"](np.flatnonzero(data.targets == 0)[:200])
    infrared = [np.mean([sample.chips[0].pixels[60, 2, 2] for sample in part]) for part in (water, trees)]
    assert infrared[0] < infrared[1] / 3


def test_series_of_mato_grosso_are_a_year_each():
    data = real("mato-grosso")
    assert np.bincount(data.targets).tolist() == [379, 131, 344, 364]
    sample = data.inputs["ndvi"](np.array([0]))[0]
    assert len(sample.chips) == 12
    assert (sample.acquired - sample.chips[0].acquired).days == 352
    forest, crops = (data.inputs["ndvi"](np.flatnonzero(data.targets == code)) for code in (1, 3))
    spread = [np.mean([np.ptp([chip.pixels for chip in sample.chips]) for sample in part]) for part in (forest, crops)]
    assert spread[0] < spread[1]


def test_sites_of_fuel_moisture_are_disjoint():
    data = real("fuel-moisture")
    at = data.places
    assert (at.group == 1).sum() == 735
    assert not set(at.site[at.group == 1]) & set(at.site[at.group == 0])


def test_an_unknown_set_lists_those_there_are(tmp_path):
    with pytest.raises(UnknownName, match="taizhou"):
        load_set("pavia", tmp_path)


@pytest.mark.parametrize("name", [name for name in DATASETS if name != "indian-pines"])
def test_absent_files_are_named(name, tmp_path):
    with pytest.raises(DataAbsent, match=r"\w"):
        DATASETS[name](tmp_path)


@pytest.mark.parametrize(
    ("name", "count", "classes"),
    [("cerrado", 746, 2), ("slovenia", 2000, 3), ("levir", 1500, 2), ("harvey-east", 1100, 2)],
)
def test_sets_that_were_added_later_have_places_of_each_class_and_kept_apart(name, count, classes):
    data = real(name)
    assert len(data) >= count
    targets, members = np.unique(data.targets, return_counts=True)
    assert len(targets) >= classes
    assert members.min() >= 20
    sample = data.inputs[next(iter(data.inputs))](np.array([3]))[0]
    assert all(np.isfinite(chip.pixels).all() for chip in sample.chips)
    parts = split(data, "block", 5, 100)
    assert len(parts.test) > 100
    apart = np.abs(data.places.row[parts.train][:, None] - data.places.row[parts.test])
    beside = np.abs(data.places.column[parts.train][:, None] - data.places.column[parts.test])
    assert (np.maximum(apart, beside) >= data.places.side - 1e-6).all()


def test_the_regions_of_harvey_share_no_tile():
    places = [
        set(zip(data.places.row.tolist(), data.places.column.tolist(), strict=True))
        for data in (real("harvey"), real("harvey-east"), real("harvey-west"))
    ]
    assert not places[1] & places[2]
