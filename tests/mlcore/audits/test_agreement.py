"""Agreement and fusion of several people's labels."""

import numpy as np
import pytest

from mlcore.audits.agreement import alpha, alphas_of_classes, coincidence_tables, krippendorff_alpha
from mlcore.audits.fusion import fuse
from mlcore.errors import BadFeatures, NotEnoughLabels

# Krippendorff 2011, section C: four observers, twelve units, nominal alpha = 0.743
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, -1, -1, -1],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, -1, 3],
        [-1, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, -1],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, -1],
    ]
)


def crowd(people=(0.95, 0.9, 0.4), count=400, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, count, p=[0.6, 0.3, 0.1])
    return truth, np.stack([np.where(rng.random(count) < skill, truth, rng.integers(0, 3, count)) for skill in people])


def test_it_works():
    assert krippendorff_alpha(PUBLISHED) == pytest.approx(0.743, abs=5e-4)


def test_chance_agrees_by_chance_and_one_mind_fully():
    answers = np.random.default_rng(0).integers(0, 3, (2, 4000))
    assert abs(krippendorff_alpha(answers)) < 0.05
    assert krippendorff_alpha(np.repeat(answers[:1], 3, 0)) == 1
    assert krippendorff_alpha(np.zeros((2, 9), int)) == 1


def singly(answers, classes):
    """Return coincidences with each sample as a unit."""
    return coincidence_tables([answers[:, [at]] for at in range(answers.shape[1])], classes=classes)


def test_the_class_that_people_confuse_is_found():
    truth, answers = crowd((1.0, 1.0))
    answers[1] = np.where((truth == 2) & (np.arange(400) % 2 == 0), 1, answers[1])
    alphas = alphas_of_classes(singly(answers, 4))
    assert alphas[0].value == 1
    assert alphas[2].value < alphas[1].value < 1
    assert np.isnan(alphas[3].value)


def test_the_interval_is_of_units_and_never_proves_perfection():
    published = alpha(singly(PUBLISHED, 6))
    assert published.value == pytest.approx(krippendorff_alpha(PUBLISHED))
    assert published.low < 0.6 < published.value < published.high
    same = np.random.default_rng(0).integers(0, 3, (1, 10)).repeat(2, 0)
    assert alpha(singly(same, 3)).value == 1
    assert alpha(singly(same, 3)).low < 0.8


def test_a_tile_of_many_pixels_is_one_unit():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, (12, 1))
    first, second = truth.repeat(300, 1), np.where(rng.random((12, 1)) < 0.25, 1 - truth, truth).repeat(300, 1)
    tiles = [np.stack(pair) for pair in zip(first, second, strict=True)]
    by_tile = alpha(coincidence_tables(tiles, classes=2))
    by_pixel = alpha(singly(np.concatenate(tiles, 1), 2))
    assert by_tile.value == pytest.approx(by_pixel.value, abs=0.05)
    assert by_tile.high - by_tile.low > 5 * (by_pixel.high - by_pixel.low)


def test_a_tile_with_less_paint_weighs_as_much():
    agreed, differed = np.array([[0, 1] * 50, [0, 1] * 50]), np.array([[0, 1], [1, 0]])
    tables = coincidence_tables([agreed, differed], classes=2)
    np.testing.assert_allclose(tables.sum((1, 2)), 2)
    assert -0.5 < alpha(tables).value < 0.5


@pytest.mark.parametrize("agreeing", [0.7, 0.9])
def test_the_interval_holds_the_truth_in_most_runs(agreeing):
    covered = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        first = rng.integers(0, 2, 25)
        second = np.where(rng.random(25) < agreeing, first, 1 - first)
        estimate = alpha(singly(np.stack([first, second]), 2), seed=seed)
        covered.append(estimate.low <= 2 * agreeing - 1 <= estimate.high)
    assert np.mean(covered) > 0.92


def test_nobody_answered_twice():
    with pytest.raises(NotEnoughLabels, match="twice"):
        krippendorff_alpha(np.array([[0, -1], [-1, 1]]))
    with pytest.raises(BadFeatures, match="people, samples"):
        krippendorff_alpha(np.zeros(3, int))
    with pytest.raises(NotEnoughLabels, match="twice"):
        alpha(singly(np.array([[0, -1], [-1, 1]]), 2))


def test_fusion_beats_a_vote():
    truth, answers = crowd((0.95, 0.35, 0.35, 0.35))
    fused = fuse(answers, classes=3)
    votes = np.stack([(answers == code).sum(0) for code in range(3)]).argmax(0)
    assert np.mean(fused.probabilities.argmax(1) == truth) > np.mean(votes == truth) + 0.05
    skills = np.einsum("pkk,k->p", fused.confusions, fused.shares)
    assert skills.argmax() == 0
    np.testing.assert_allclose(fused.confusions.sum(-1), 1)


def test_one_who_always_presses_one_says_nothing():
    truth, answers = crowd((0.9, 0.9))
    with_lazy = np.vstack([answers, np.zeros((3, answers.shape[1]), int)])
    assert np.mean(fuse(with_lazy, classes=3).probabilities.argmax(1) == truth) > 0.85


def test_adjudicated_samples_keep_their_class():
    _, answers = crowd()
    gold = np.full(answers.shape[1], -1)
    gold[:5] = 2
    assert (fuse(answers, classes=3, gold=gold).probabilities[:5, 2] == 1).all()


def test_a_sample_without_answers_gets_the_shares():
    _, answers = crowd()
    answers[:, 0] = -1
    fused = fuse(answers, classes=3)
    np.testing.assert_allclose(fused.probabilities[0], fused.shares, atol=0.01)
    with pytest.raises(NotEnoughLabels):
        fuse(np.full((2, 3), -1), classes=2)
    with pytest.raises(BadFeatures, match="below 2"):
        fuse(answers, classes=2)
