"""Looks: stored numbers become colours: ramps, decibels, speckle, slopes, components."""

import re
from pathlib import Path

import numpy as np
import pytest

from mlcore.looks import RAMPS, Recipe, Stretch, channels_of, look_for
from mlcore.looks.components import fit_mixture, mixture
from mlcore.looks.ramps import _lab
from mlcore.looks.speckle import lee
from mlcore.looks.terrain import hillshade, slope
from mlcore.pillars import gridded_sensor
from mlcore.sensors.table import get_sensor

S1, DEM = get_sensor("sentinel1-grd"), get_sensor("elevation")
WHOLE = np.ones((8, 8), np.bool_)


def look(recipe, sensor, *ends):
    return look_for(recipe, sensor, channels_of(recipe, sensor)).with_ends(ends)


def test_it_works():
    made = look(Recipe(bands=("VV", "VH", "VV / VH"), decibels=True), S1, (-20, 0), (-30, -10), (0, 20))
    stored = np.stack([np.full((8, 8), -10.0), np.full((8, 8), -25.0)]).astype(np.float32)
    colours, mask = made.paint(stored, WHOLE)
    assert mask.all() and colours[:, 0, 0] == pytest.approx([128, 64, 191], abs=1)


def test_amplitudes_become_decibels():
    from dataclasses import replace

    from mlcore.sensors import Quantity

    counts = replace(S1, quantity=Quantity.DIGITAL_NUMBER)
    made, mask = look(Recipe(bands=("VV",), decibels=True), counts, (0, 1)).values(np.full((1, 8, 8), 100.0), WHOLE)
    assert made[0] == pytest.approx(40)
    made, mask = look(Recipe(bands=("VV",), decibels=True), counts, (0, 1)).values(np.zeros((1, 8, 8)), WHOLE)
    assert np.isnan(made[0]).all()


def test_speckle_goes_and_edges_stay():
    rng = np.random.default_rng(0)
    truth = np.where(np.arange(64) < 32, 1.0, 10.0) * np.ones((64, 1))
    grain = (truth * rng.gamma(4, 1 / 4, (64, 64))).astype(np.float32)
    smooth = lee(grain, np.ones((64, 64), np.bool_))
    flat = np.s_[8:-8, 8:24]
    assert smooth[flat].std() < 0.6 * grain[flat].std()
    assert smooth[:, 40:].mean() / smooth[:, :24].mean() == pytest.approx(10, rel=0.1)
    half = np.ones((64, 64), np.bool_)
    half[:, 32:] = False
    assert lee(grain, half)[:, 20:32].mean() == pytest.approx(1, rel=0.2)  # what is masked does not leak in


def test_slopes_are_true_and_light_comes_from_the_north_west():
    down, across = np.mgrid[0:8, 0:8].astype(np.float32)
    assert slope(across * 10, 10.0) == pytest.approx(np.degrees(np.arctan(np.ones((8, 8)))), abs=30)
    assert slope(across * 10, 10.0)[4, 4] == pytest.approx(45)
    assert hillshade(down * 0, 1.0) == pytest.approx(np.sin(np.radians(45)))
    towards, away = hillshade(across + down, 1.0)[4, 4], hillshade(-across - down, 1.0)[4, 4]
    assert towards > 0.9 > 0.2 > away
    holed = across * 10
    holed[3, 3] = np.nan
    assert np.isnan(slope(holed, 10.0)).sum() == 1


def test_shades_have_ends_of_their_own_and_read_a_ring_around():
    made = look(Recipe(shade="hillshade"), DEM, (0, 1))
    assert (made.reach, made.layers, made.is_surface, made.channels[0].natural) == (1, 1, True, (0, 1))
    assert look(Recipe(bands=("VV",), filter="lee"), S1, (0, 1)).reach == 2


def test_classes_of_points_have_their_colours():
    made = look(Recipe(bands=("C",), ramp="classes"), gridded_sensor(1.0), (0, 255))
    colours, _ = made.paint(np.array([[[2.0, 6.0, 200.0]]], np.float32), np.ones((1, 3), np.bool_))
    assert made.of_classes and [tuple(colours[:, 0, at]) for at in range(3)] == [
        (230, 159, 0), (213, 94, 0), (128, 128, 128),
    ]  # fmt: skip


def test_classes_of_points_are_coloured_as_single_returns_are():
    page = (Path(__file__).parents[3] / "webapp/static/webapp/js/state/las_classes.js").read_text()
    assert re.findall(r'\d+: \[.*"(#[0-9a-f]{6})"\]', page) == list(RAMPS["classes"].colours)


@pytest.mark.parametrize("name", [name for name, ramp in RAMPS.items() if not ramp.of_classes])
def test_ramps_are_even_to_any_eye(name):
    """Lightness, which every kind of colour vision sees, rises all the way, or to the middle and back."""
    lightness = _lab(RAMPS[name].table.astype(np.float64))[:, 0]
    rises = np.diff(lightness) > -1e-3
    middle = len(rises) // 2
    assert rises.all() or (rises[: middle - 2].all() and not rises[middle + 2 :].any())
    steps = np.linalg.norm(np.diff(_lab(RAMPS[name].table[::8].astype(np.float64)), axis=0), axis=1)
    assert steps.max() < 3.2 * np.median(steps)
    ends = RAMPS[name].stops()
    assert len(ends) == 9 and ends[0] == RAMPS[name].colours[0] and ends[-1] == RAMPS[name].colours[-1]


def cube(rng, noise):
    """Return 20 bands of two materials, mixed in waves, with as much noise in each as given."""
    across = np.sin(np.linspace(0, 6, 48)) * np.ones((48, 1))
    spectra = rng.normal(size=(2, 20, 1, 1))
    return spectra[0] * across + spectra[1] * across.T + rng.normal(size=(20, 48, 48)) * noise, across


@pytest.mark.parametrize("kind", ["pca", "mnf"])
def test_components_hold_what_differs(kind):
    rng = np.random.default_rng(3)
    noise = np.where(np.arange(20) < 3, 8.0, 0.1)[:, None, None] if kind == "mnf" else 0.1
    pixels, across = cube(rng, noise)
    pixels = pixels.astype(np.float32)
    pixels[5] = 7  # a dead band
    whole = np.ones((48, 48), np.bool_)
    fitted = fit_mixture(kind, [(pixels[:, :24], whole[:24]), (pixels[:, 24:], whole[24:])])
    made = [channel.values(dict(enumerate(pixels)), 1.0) for channel in mixture(kind, fitted)]
    assert fitted == fit_mixture(kind, [(pixels[:, :24], whole[:24]), (pixels[:, 24:], whole[24:])])
    basis = np.stack([plane.ravel() for plane in made[:2]] + [np.ones(48 * 48)], axis=1)
    for truth in (across, across.T):
        left = np.linalg.lstsq(basis, truth.ravel(), rcond=None)[0]
        assert np.corrcoef(basis @ left, truth.ravel())[0, 1] > 0.99
    assert made[0].mean() == pytest.approx(0, abs=0.05)


def test_one_number_alone_is_mid_grey_and_gamma_lightens():
    flat = np.full((1, 2, 2), 7, np.float32)
    colours, _ = look(Recipe(), DEM, Stretch().of_values(flat)).paint(flat, WHOLE[:2, :2])
    assert colours.tolist() == [[[128, 128], [128, 128]]]
    dark, light = (look(Recipe(gamma=gamma), DEM, (0, 100)).paint(flat, WHOLE[:2, :2])[0][0, 0, 0] for gamma in (1, 2))
    assert dark < light


def test_the_ends_of_a_stretch():
    values = np.arange(101, dtype=np.float32)
    assert Stretch("percentile", low=10, high=90).of_values(values) == (10, 90)
    assert Stretch("minmax").of_values(values) == (0, 100)
    assert Stretch("stddev", k=1).of_values(values) == pytest.approx((50 - values.std(), 50 + values.std()))
    assert Stretch().of_values(values[:0]) == (0, 1)
