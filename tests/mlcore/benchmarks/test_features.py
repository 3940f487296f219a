"""The feature benchmark: an honest split, and the bar that ours has to clear."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mlcore.benchmarks import features, indian_pines
from mlcore.benchmarks.__main__ import main
from mlcore.errors import UnreadableRaster

SAMPLES = Path(os.environ.get("TERRASCRIBE_SAMPLES", Path(__file__).parents[3] / "var/samples"))


@pytest.fixture(scope="module")
def data():
    try:
        return indian_pines.load(SAMPLES)
    except UnreadableRaster:
        pytest.skip("needs Indian Pines: pip install --no-deps --target var/samples tensorly")


def test_it_works(data):
    assert data.cube.shape == (200, 145, 145)
    assert len(data.labels) == 10249
    assert len(data.sensor.bands) == 200
    assert data.samples()[0].chips[0].pixels.shape == (200, 9, 9)
    centre = data.samples()[500].chips[0].pixels[:, 4, 4]
    np.testing.assert_array_equal(centre, data.cube[:, data.rows[500], data.columns[500]])


@pytest.mark.parametrize("seed", range(3))
def test_no_patch_of_the_block_split_shows_a_pixel_of_the_other_half(data, seed):
    train, test = indian_pines.split(data, "block", 50, seed)
    down = abs(data.rows[train][:, None] - data.rows[test])
    across = abs(data.columns[train][:, None] - data.columns[test])
    assert np.maximum(down, across).min() >= indian_pines.PATCH_PX
    assert set(data.labels[test]) <= set(data.labels[train])


def test_the_random_split_holds_its_budget(data):
    train, test = indian_pines.split(data, "random", 5, 0)
    assert np.bincount(data.labels[train])[1:].tolist() == [5] * 16
    assert not set(train) & set(test)


def test_permuted_labels_are_chance(data):
    rows = data.cube[:, data.rows, data.columns].T
    shuffled = np.random.default_rng(0).permutation(data.labels)
    train, test = indian_pines.split(data, "random", 20, 0)
    assert features._accuracy("linear", rows, shuffled, train, test) < 0.2


def test_ours_beats_raw_bands_and_keeps_up_with_statistics(data):
    """A small version of the command; its full figures, with spreads, stand beside the shipped weights."""
    some = slice(None, None, 2)
    half = replace(data, rows=data.rows[some], columns=data.columns[some], labels=data.labels[some])
    settings = features.Settings(seeds=2, splits=("block",), budgets=(20,), steps=40)
    found = features.make_features(half, settings)
    kept = {name: found[name] for name in (features.RAW, features.STATISTICS, features.PRETRAINED)}
    verdicts = features.verdicts(list(features.measure(half, kept, settings)))
    assert verdicts["ours minus raw bands"] > 3
    assert verdicts["ours minus statistics alone"] > -3


def test_missing_data_says_how_to_get_it(tmp_path, capsys):
    assert main(["features", "--data", str(tmp_path)]) == 2
    assert "tensorly" in capsys.readouterr().err
