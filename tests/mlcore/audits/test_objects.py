"""Objects by audits: average precision as it is known, shares with intervals, and counts that hold the truth."""

import numpy as np
import pytest

from mlcore.audits.objects import Found, average_precision, precision_and_recall, total_count
from mlcore.errors import BadFeatures
from mlcore.metrics import box_average_precision


def found(scores: list[float], hits: list[bool], there: int) -> Found:
    return Found(np.array(scores, float), np.array(hits, bool), there)


def test_it_works() -> None:
    tiles = [found([0.9, 0.4], [True, False], 1), found([0.7], [True], 2), found([], [], 0)]
    level = average_precision(tiles, np.full(3, 0.1))
    assert level.value == pytest.approx(2 / 3)
    assert level.low <= level.value <= level.high
    precision, recall = precision_and_recall(tiles, np.full(3, 0.1), threshold=0.5)
    assert (precision.value, recall.value) == pytest.approx((1, 2 / 3))
    assert recall.low < recall.value < recall.high


def test_audits_drawn_alike_give_the_usual_average_precision() -> None:
    rng, tiles, truth, said, scores = np.random.default_rng(0), [], [], [], []
    for _ in range(20):
        boxes = np.array([[at * 20, 0, at * 20 + 10, 10] for at in range(4)], float)
        hit = rng.random(4) < 0.6
        sure = np.where(hit, rng.uniform(0.3, 1, 4), rng.uniform(0, 0.7, 4))
        tiles.append(Found(sure, hit, 4))
        truth.append(boxes)
        said.append(np.where(hit[:, None], boxes, boxes + 500))
        scores.append(sure)
    usual = box_average_precision(truth, said, scores)
    assert average_precision(tiles, np.full(20, 0.2)).value == pytest.approx(usual)


def test_nothing_there_tells_nothing() -> None:
    level = average_precision([found([0.9], [False], 0)], np.array([0.5]))
    assert np.isnan(level.value)
    with pytest.raises(BadFeatures):
        average_precision([], np.zeros(0))


def test_counts_hold_the_truth_about_as_often_as_they_say() -> None:
    rng, held = np.random.default_rng(1), 0
    for _ in range(200):
        truth = rng.poisson(3, 500)
        model = truth * 0.6 + rng.normal(0, 0.8, 500)  # sees too few
        chances = np.where(np.arange(500) % 2, 0.15, 0.05)
        drawn = rng.random(500) < chances
        level = total_count(truth[drawn], model[drawn], chances[drawn], model, tiles=500)
        held += level.low <= truth.sum() <= level.high
    assert 0.9 <= held / 200 <= 0.99


def test_a_count_is_never_below_what_was_seen() -> None:
    level = total_count(np.array([5, 4.0]), np.array([50, 40.0]), np.array([0.5, 0.5]), np.zeros(10), tiles=10)
    assert level.value == 9 and level.low == 9
    alone = total_count(np.array([5.0]), np.array([5.0]), np.array([0.5]), np.full(10, 5.0), tiles=10)
    assert alone.value == 50 and np.isnan(alone.low)
