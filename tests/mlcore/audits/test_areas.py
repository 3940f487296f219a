"""class_areas: the worked example of Olofsson et al. 2014, table 8 and section 5."""

import numpy as np
import pytest

from mlcore.audits.areas import class_areas
from mlcore.errors import BadFeatures

COUNTS = np.array([[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]])  # row = map
SHARES = np.array([0.02, 0.015, 0.32, 0.645])


def audits(counts=COUNTS):
    mapped, truth = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    return truth, mapped


def test_it_works():
    areas = class_areas(*audits(), SHARES)
    assert areas[0].value == pytest.approx(0.0235086, abs=1e-6)
    assert sum(one.value for one in areas) == pytest.approx(1)


def test_intervals_are_about_as_wide_as_published():
    rare = class_areas(*audits(), SHARES)[0]
    assert rare.high - rare.low == pytest.approx(2 * 0.0068418, rel=0.25)


def test_area_of_a_rare_class_is_not_what_the_map_shows():
    covered, biases = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        truth = (rng.random(5000) < 0.1).astype(int)
        mapped = np.where(rng.random(5000) < np.where(truth == 1, 0.3, 0.05), 1 - truth, truth)
        rows = rng.choice(5000, 150, replace=False)
        area = class_areas(truth[rows], mapped[rows], np.bincount(mapped, minlength=2) / 5000)[1]
        covered.append(area.low <= truth.mean() <= area.high)
        biases.append(area.value - truth.mean())
    assert np.mean(covered) > 0.91
    assert abs(np.mean(biases)) < 0.006


def test_a_mapped_class_without_audits_is_spoken_for_by_the_others():
    truth, mapped = audits()
    kept = mapped != 1
    assert sum(one.value for one in class_areas(truth[kept], mapped[kept], SHARES)) == pytest.approx(1)


def test_shares_must_sum_to_one():
    with pytest.raises(BadFeatures, match="sum to 1"):
        class_areas(*audits(), SHARES * 2)
