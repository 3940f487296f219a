"""The benchmark of clicks: the clicker, and the labelling page's own code run by Node."""

import shutil

import numpy as np
import pytest

from mlcore.benchmarks.clicks.clicker import MOST_CLICKS, next_click, overlap, overlaps
from mlcore.benchmarks.clicks.report import markdown
from mlcore.benchmarks.clicks.runs import Run
from mlcore.benchmarks.clicks.segmenters import Ours, Walker
from mlcore.benchmarks.clicks.targets import SETS, Target, targets_of
from tests.mlcore.chips import make_chip
from tests.rasters import real_file

SIDE = 48


def make_target():
    """A bright square on dark ground."""
    chip = make_chip(side=SIDE)
    shape = np.zeros((SIDE, SIDE), bool)
    shape[12:30, 12:30] = True
    pixels = np.where(shape, 160, 60) + np.random.default_rng(0).normal(0, 3, chip.pixels.shape)
    chip = type(chip)(pixels.astype(np.float32), chip.mask, chip.sensor)
    return Target("made", (chip,), shape, np.ones((SIDE, SIDE), bool), chosen_on=False)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node")
def test_it_works():
    ours = Ours(learned=False)
    try:
        curve = overlaps(ours, make_target(), enough=0.85)
    finally:
        ours.close()
    assert curve[-1] >= 0.85
    assert len(curve) <= 3
    assert max(ours.click_ms) < 1000


def test_the_first_click_is_in_the_middle_of_the_shape():
    x, y, inside = next_click(np.zeros((SIDE, SIDE), bool), make_target(), [])
    assert (abs(x - 20.5), abs(y - 20.5)) <= (1, 1)
    assert inside


def test_what_is_too_much_is_clicked_away():
    target = make_target()
    said = target.shape.copy()
    said[36:46, 36:46] = True
    x, y, inside = next_click(said, target, [])
    assert 36 <= x < 46
    assert 36 <= y < 46
    assert not inside


def test_nothing_is_clicked_where_nothing_is_wrong_or_known():
    target = make_target()
    assert next_click(target.shape, target, []) is None
    unknown = Target("made", target.chips, target.shape, np.zeros((SIDE, SIDE), bool), chosen_on=False)
    assert next_click(~target.shape, unknown, []) is None
    assert overlap(target.shape, target) == 1


def test_the_walker_takes_all_until_something_is_outside():
    walker, target = Walker(), make_target()
    walker.load(target)
    assert walker.segment([(20, 20, True)]).all()
    assert overlap(walker.segment([(20, 20, True), (2, 2, False)]), target) > 0.9


def test_the_report_counts_what_was_never_reached_as_the_most():
    runs = [Run("water", "ours", 0, (0.5, 0.9)), Run("water", "ours", 1, (0.1,) * MOST_CLICKS)]
    report = markdown(runs, {"water": "Water"})
    assert "| **ours**, embedded | 11.0 | 50% |" in report


def test_the_water_of_a_flood_is_cut_into_tiles():
    root = real_file("cog/sen1floods11_spain_s2.tif").parents[1]
    targets = targets_of("water", root)
    assert {target.chosen_on for target in targets} == {True, False}
    assert all(target.shape.any() for target in targets)
    assert set(SETS) == {"water", "buildings", "crowns", "covers"}
