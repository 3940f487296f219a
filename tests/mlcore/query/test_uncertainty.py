"""margin, entropy and least confidence: exact order."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.query import Detections, Pool, choose

PROBABILITIES = np.array(
    [[0.90, 0.05, 0.05], [0.40, 0.39, 0.21], [0.50, 0.25, 0.25], [0.34, 0.33, 0.33], [0.48, 0.47, 0.05], [0.5, 0.5, 0]],
    np.float32,
)


def ranked(name, candidates=range(6)):
    pool = Pool(np.zeros((6, 2), np.float32), np.array(candidates), np.zeros(0, int), PROBABILITIES)
    return choose(name, pool, 6)


def test_it_works():
    picks = ranked("margin")
    assert picks.indices.tolist() in ([5, 3, 1, 4, 2, 0], [5, 1, 3, 4, 2, 0], [5, 4, 1, 3, 2, 0], [5, 3, 4, 1, 2, 0])
    assert picks.indices[0] == 5
    assert picks.reasons[0] == "margin 0.00"
    assert picks.reasons[-1] == "margin 0.85"


def test_entropy_prefers_the_flattest():
    assert ranked("entropy").indices.tolist()[0] == 3
    assert ranked("entropy").indices.tolist()[-1] == 0


def test_least_confidence_looks_at_the_likeliest_class_alone():
    assert ranked("least_confidence").indices.tolist() == [3, 1, 4, 2, 5, 0]


def test_only_candidates_are_ranked():
    assert ranked("margin", [0, 2]).indices.tolist() == [2, 0]


def test_ties_keep_the_order_of_rows():
    pool = Pool(np.zeros((9, 1)), np.arange(9), np.zeros(0, int), np.full((9, 2), 0.5, np.float32))
    assert choose("margin", pool, 4).indices.tolist() == [0, 1, 2, 3]


def evidence(name, **facts):
    return choose(name, Pool(np.zeros((3, 2)), np.arange(3), np.zeros(0, int), **facts), 3).indices.tolist()


def test_each_task_has_its_doubt():
    assert evidence("tags", tags=np.array([[0.9, 0.1], [0.5, 0.9], [0.5, 0.5]], np.float32)) == [2, 1, 0]
    assert evidence("ensemble_spread", ensemble=np.array([[1.0, 1], [1, 9], [1, 3]])) == [1, 2, 0]
    assert evidence("interval_width", intervals=np.array([[0, 2.0], [0, 1], [5, 9]])) == [2, 0, 1]
    boxes = Detections(np.array([0, 1, 1, 1]), np.array([0.5, 0.6, 0.4, 0.55], np.float32))
    assert evidence("boxes", detections=boxes) == [1, 0, 2]
    assert evidence("unsure", doubts=np.array([0.1, 0.3, 0.2])) == [1, 2, 0]


def test_missing_evidence_is_named():
    for name in ("tags", "ensemble_spread", "interval_width", "variance_reduction", "boxes", "modality_disagreement"):
        with pytest.raises(BadFeatures, match="needs"):
            ranked(name)


def test_seconds_make_a_quick_sample_win_but_never_by_more_than_nine_times():
    seconds = np.array([10.0, 10, 10, 10, 10, 30])
    pool = Pool(np.zeros((6, 2)), np.arange(6), np.zeros(0, int), PROBABILITIES, seconds=seconds)
    assert choose("margin", pool, 1).indices[0] != 5
    hasty = replace(pool, seconds=np.array([0.001, 10, 10, 10, 10, 10]))
    assert choose("margin", hasty, 1).indices[0] == 5
