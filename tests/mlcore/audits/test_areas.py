"""report_map: the worked example of Olofsson et al. 2014, table 8 and section 5."""

import numpy as np
import pytest

from mlcore.audits.areas import report_map
from mlcore.errors import BadFeatures

COUNTS = np.array([[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]])  # row = map
SHARES = np.array([0.02, 0.015, 0.32, 0.645])


def audits(counts=COUNTS):
    mapped, truth = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    return truth, mapped


def test_it_works():
    report = report_map(*audits(), SHARES)
    assert report.overall.value == pytest.approx(0.947, abs=5e-4)
    assert [one.value for one in report.users] == pytest.approx([0.88, 0.733, 0.927, 0.963], abs=5e-4)
    assert [one.value for one in report.producers] == pytest.approx([0.75, 0.85, 0.93, 0.96], abs=6e-3)
    assert report.areas[0].value == pytest.approx(0.0235086, abs=1e-6)
    assert sum(one.value for one in report.areas) == pytest.approx(1)


def test_intervals_are_about_as_wide_as_published():
    report = report_map(*audits(), SHARES)
    assert report.areas[0].high - report.areas[0].low == pytest.approx(2 * 0.0068418, rel=0.25)
    assert report.overall.high - report.overall.low == pytest.approx(2 * 0.0185, rel=0.15)


def test_area_of_a_rare_class_is_not_what_the_map_shows():
    covered, biases = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        truth = (rng.random(5000) < 0.1).astype(int)
        mapped = np.where(rng.random(5000) < np.where(truth == 1, 0.3, 0.05), 1 - truth, truth)
        rows = rng.choice(5000, 150, replace=False)
        report = report_map(truth[rows], mapped[rows], np.bincount(mapped, minlength=2) / 5000)
        covered.append(report.areas[1].low <= truth.mean() <= report.areas[1].high)
        biases.append(report.areas[1].value - truth.mean())
    assert np.mean(covered) > 0.91
    assert abs(np.mean(biases)) < 0.006


def test_a_mapped_class_without_audits_is_spoken_for_by_the_others():
    truth, mapped = audits()
    kept = mapped != 1
    assert sum(one.value for one in report_map(truth[kept], mapped[kept], SHARES).areas) == pytest.approx(1)


def test_shares_must_sum_to_one():
    with pytest.raises(BadFeatures, match="sum to 1"):
        report_map(*audits(), SHARES * 2)
