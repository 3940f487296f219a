"""Estimates: near the truth, and their intervals hold it as often as they say."""

import numpy as np
import pytest

from mlcore.audits.draws import draw, uniform_chances, weighted_chances
from mlcore.audits.estimates import accuracy, f1_scores, iou_scores, ratio
from mlcore.errors import BadFeatures
from tests.mlcore.audits.worlds import make_world

RUNS = 150


def run(seed, *, weighted, slope=1.0, base=0.0):
    confidence, wrong = make_world(seed, slope=slope, base=base)
    chances = weighted_chances(confidence, 100) if weighted else uniform_chances(len(confidence), 100)
    rows = draw(chances, np.random.default_rng(seed + 10_000))
    known = {"confidence": confidence[rows], "pool_confidence": confidence} if weighted else {}
    return 1 - wrong.mean(), accuracy(~wrong[rows], chances[rows], **known)


def test_it_works():
    estimate = accuracy(np.r_[np.ones(90), np.zeros(10)], np.full(100, 0.1))
    assert estimate.value == pytest.approx(0.9)
    assert 0.82 < estimate.low < 0.85
    assert 0.93 < estimate.high < 0.96


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("slope", "base"), [(1.0, 0.0), (0.3, 0.0), (0.0, 0.2)])
def test_the_interval_holds_the_truth_as_often_as_it_says(weighted, slope, base):
    runs = [run(seed, weighted=weighted, slope=slope, base=base) for seed in range(RUNS)]
    covered = np.mean([estimate.low <= truth <= estimate.high for truth, estimate in runs])
    assert 0.91 <= covered <= 0.99
    assert abs(np.mean([estimate.value - truth for truth, estimate in runs])) < 0.01


def test_weighted_audits_tell_more():
    widths = [np.mean([np.ptp(run(seed, weighted=flag)[1][1:]) for seed in range(100)]) for flag in (False, True)]
    assert (widths[0] / widths[1]) ** 2 > 1.15


def test_weights_do_no_harm_where_there_is_hardly_an_error():
    confidence, wrong = np.r_[np.linspace(0.6, 1, 60), np.full(940, 0.999)], np.arange(1000) < 2
    widths = [[], []]
    for seed in range(40):
        for place, chances in enumerate((uniform_chances(1000, 100), weighted_chances(confidence, 100))):
            rows = draw(chances, np.random.default_rng(seed))
            known = {"confidence": confidence[rows], "pool_confidence": confidence} if place else {}
            widths[place].append(np.ptp(accuracy(~wrong[rows], chances[rows], **known)[1:]))
    assert (np.mean(widths[0]) / np.mean(widths[1])) ** 2 > 0.9


def test_points_in_one_tile_count_as_one_when_they_agree():
    hits = np.repeat(np.r_[np.ones(18), np.zeros(2)], 10)
    tiles = np.repeat(np.arange(20), 10)
    alone = ratio(hits, np.ones(200), np.full(200, 0.01))
    together = ratio(hits, np.ones(200), np.full(200, 0.01), clusters=tiles)
    assert alone.value == together.value == pytest.approx(0.9)
    assert np.ptp(together[1:]) > 2.5 * np.ptp(alone[1:])


def test_intervals_of_tiles_hold_the_truth():
    covered = 0
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        tiles = rng.beta(6, 1, 400)  # share of right pixels in each tile
        drawn = rng.choice(400, 40, replace=False)
        hits = rng.random((40, 8)) < tiles[drawn, None]
        estimate = ratio(hits.ravel(), np.ones(320), np.full(320, 0.1), clusters=np.repeat(drawn, 8))
        covered += estimate.low <= tiles.mean() <= estimate.high
    assert 0.91 <= covered / RUNS <= 0.99


def test_errors_in_few_tiles_are_few_events():
    rng, covered = np.random.default_rng(2), []
    for _ in range(300):  # hardly a tile is wrong, but then nearly all of it
        right = (rng.random((30, 100)) < rng.beta(0.475, 0.025, 30)[:, None]).astype(float).ravel()
        tiles = np.repeat(np.arange(30), 100)
        estimate = ratio(right, np.ones(3000), np.full(3000, 0.05), clusters=tiles)
        covered.append(estimate.low <= 0.95 <= estimate.high)
    assert np.mean(covered) > 0.93


def test_iou_follows_from_f1():
    truth, said = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 0])
    f1, iou = (scores(truth, said, np.full(6, 0.1), classes=4) for scores in (f1_scores, iou_scores))
    assert iou[0].value == pytest.approx(2 / 5)
    assert [one.value for one in iou[:3]] == pytest.approx([one.value / (2 - one.value) for one in f1[:3]])
    assert np.isnan(iou[3].value)


def test_f1_is_that_of_the_pool():
    rng = np.random.default_rng(0)
    truth = rng.choice(3, 4000, p=[0.7, 0.25, 0.05])
    predicted = np.where(rng.random(4000) < 0.85, truth, rng.choice(3, 4000))
    chances = np.full(4000, 0.999)
    both = [2 * ((truth == code) & (predicted == code)).sum() for code in range(3)]
    either = [(truth == code).sum() + (predicted == code).sum() for code in range(3)]
    scores = f1_scores(truth, predicted, chances, classes=4)
    np.testing.assert_allclose([one.value for one in scores[:3]], np.divide(both, either))
    assert np.isnan(scores[3].value)


def test_intervals_of_f1_hold_the_truth():
    covered = []
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        truth = (rng.random(3000) < 0.3).astype(int)
        predicted = np.where(rng.random(3000) < 0.88, truth, 1 - truth)
        rows = rng.choice(3000, 100, replace=False)
        real = 2 * (truth & predicted).sum() / (truth.sum() + predicted.sum())
        score = f1_scores(truth[rows], predicted[rows], np.full(100, 100 / 3000), classes=2)[1]
        covered.append(score.low <= real <= score.high)
    assert 0.91 <= np.mean(covered) <= 0.995


def test_when_all_are_audited_nothing_is_left_to_chance():
    estimate = accuracy(np.r_[np.ones(8), np.zeros(2)], np.ones(10))
    assert estimate.value == pytest.approx(0.8)


def test_all_right_is_no_proof_of_perfection():
    estimate = accuracy(np.ones(30), np.full(30, 0.1))
    assert estimate.value == estimate.high == 1
    assert 0.8 < estimate.low < 0.93


def test_what_cannot_be_is_refused():
    with pytest.raises(BadFeatures, match="needs audits"):
        accuracy(np.zeros(0), np.zeros(0))
    with pytest.raises(BadFeatures, match="above 0"):
        accuracy(np.ones(2), np.array([0.5, 0.0]))
