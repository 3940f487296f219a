"""Model selection: the right one, the simpler of equals, honest about luck, chance and neighbours."""

import json
from dataclasses import dataclass, field

import numpy as np
import pytest

from mlcore.errors import BadFeatures, NotEnoughLabels, UnknownName
from mlcore.samples import Sample
from mlcore.selection import compare
from tests.mlcore.chips import make_chip, make_sample

CHIP = make_chip("rgb", side=1)


@dataclass
class Table:
    """An encoder that looks vectors up by the sample's place."""

    name: str
    vectors: np.ndarray
    refusal: str = ""
    digest: str = "table"
    asked: list = field(default_factory=list)

    @property
    def dim(self):
        return self.vectors.shape[1]

    def cannot_read(self, sample):
        return self.refusal

    def embed(self, samples):
        self.asked.append(len(samples))
        return self.vectors.astype(np.float32)


def _samples(count):
    return [Sample((CHIP,)) for _ in range(count)]


def _telling(codes, strength, seed=0, dim=8):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(len(codes), dim)) + strength * np.random.default_rng(99).normal(size=(9, dim))[codes]


CODES = np.arange(60) % 3


def test_it_works():
    strong, weak = Table("strong", _telling(CODES, 2.0)), Table("weak", _telling(CODES, 0.3, seed=1))
    seen = []
    comparison = compare(
        _samples(60),
        CODES,
        encoders=[weak, strong],
        heads=["nearest", "svm"],
        progress=lambda *step: seen.append(step),
    )
    assert comparison.best.encoder == "strong"
    assert comparison.best.mean > 0.9
    assert comparison.better_than_chance and comparison.chance == pytest.approx(1 / 3)
    assert [(row.encoder, row.head) for row in comparison.rows] == [
        ("weak", "nearest"),
        ("weak", "svm"),
        ("strong", "nearest"),
        ("strong", "svm"),
    ]
    assert strong.asked == weak.asked == [60]  # embedded once, whatever the heads and folds
    assert "Strong with the nearest head" in comparison.reason and "weak" in comparison.reason.lower()
    assert [share for share, _ in seen] == sorted(share for share, _ in seen)
    assert json.loads(json.dumps(comparison.to_dict()))["best"]["encoder"] == "strong"
    assert sum(line.startswith("* strong") for line in comparison.table().splitlines()) == 1


def test_of_equals_the_simpler_is_taken():
    vectors = _telling(CODES, 1.0)
    better = np.concatenate([vectors, _telling(CODES, 0.15, seed=5)], 1)
    comparison = compare(
        _samples(60), CODES, encoders=[Table("plain", vectors), Table("grand", better)], heads=["nearest"]
    )
    assert comparison.best.encoder == "plain"
    if comparison.leader is not comparison.best:
        assert "the simpler one is taken" in comparison.reason


@pytest.mark.parametrize("seed", range(4))
def test_permuted_labels_are_told_as_chance(seed):
    codes = np.random.default_rng(seed).permutation(CODES)
    candidates = [Table(f"noise {i}", _telling(CODES, 2.0, seed=10 * seed + i)) for i in range(5)]
    comparison = compare(_samples(60), codes, encoders=candidates, heads=["nearest"], seed=seed)
    assert not comparison.better_than_chance
    assert "no candidate is better than chance" in comparison.reason


def test_the_luck_of_the_chosen_is_taken_off():
    """The best of thirty coins: what it shows is too good, what to expect of it is a coin."""
    codes = np.arange(40) % 2
    shown, expected = [], []
    for seed in range(6):
        coins = [Table(str(i), np.random.default_rng([seed, i]).normal(size=(40, 6))) for i in range(30)]
        comparison = compare(_samples(40), codes, encoders=coins, heads=["nearest"], seed=seed)
        shown.append(comparison.leader.mean)
        expected.append(comparison.expected.value)
    assert np.mean(shown) > 0.6
    assert abs(np.mean(expected) - 0.5) < 0.07
    assert np.mean(expected) < np.mean(shown) - 0.06


def test_the_expectation_holds_on_new_labels():
    """What is promised with 60 labels is what the choice then does on 3,000 others, on average over draws."""
    promised, kept = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        codes = np.arange(3060) % 3
        tables = [_telling(codes, strength, seed=100 * seed + i) for i, strength in enumerate((0.2, 0.35, 0.4, 0.45))]
        few = rng.permutation(3060)[:60]
        comparison = compare(
            _samples(60), codes[few], encoders=[Table(str(i), t[few]) for i, t in enumerate(tables)], heads=["nearest"]
        )
        vectors = tables[int(comparison.best.encoder)]
        rest = np.setdiff1d(np.arange(3060), few)
        centres = np.array([vectors[few][codes[few] == code].mean(0) for code in range(3)])
        nearest = np.linalg.norm(vectors[rest][:, None] - centres, axis=2).argmin(1)
        promised.append(comparison.expected.value)
        kept.append((nearest == codes[rest]).mean())
    assert np.mean(promised) == pytest.approx(np.mean(kept), abs=0.06)


def test_neighbours_are_held_out_together():
    """Vectors that only tell the place: within a field they look perfect, on other fields they are worth nothing."""
    fields = np.repeat(np.arange(12), 5)
    codes = np.random.default_rng(0).permutation(np.arange(12) % 2)[fields]
    place = Table("place", 5 * np.eye(12)[fields] + np.random.default_rng(0).normal(size=(60, 12)) * 0.1)
    leaky = compare(_samples(60), codes, encoders=[place], heads=["nearest"])
    honest = compare(_samples(60), codes, encoders=[place], heads=["nearest"], groups=fields)
    assert leaky.best.mean > 0.95
    assert honest.best.mean < 0.7 and not honest.better_than_chance
    assert "12 groups" in honest.reason


def test_places_make_blocks_of_ground():
    rng = np.random.default_rng(0)
    fields = np.repeat(np.arange(16), 4)
    places = np.stack([fields % 4, fields // 4], 1) * 0.1 + rng.random((64, 2)) * 0.02
    samples = [Sample((CHIP,), place=(float(lon), float(lat))) for lon, lat in places]
    codes = rng.permutation(np.arange(16) % 2)[fields]
    comparison = compare(samples, codes, encoders=[Table("place", np.eye(16)[fields])], heads=["nearest"])
    assert comparison.grouping == "16 blocks of ground"
    assert comparison.best.mean < 0.7


def test_who_cannot_read_is_listed_with_the_reason():
    fine = Table("fine", _telling(CODES, 1.0))
    blind = Table("blind", _telling(CODES, 9.0), refusal="blind can't read it: no band near one of Sentinel-2's")
    comparison = compare(_samples(60), CODES, encoders=[fine, blind], heads=["nearest", "svm"])
    assert [row.refusal for row in comparison.rows] == ["", "", blind.refusal]
    assert "blind was not tried: blind can't read it" in comparison.reason
    assert blind.refusal in comparison.table()
    with pytest.raises(BadFeatures, match="No encoder can read"):
        compare(_samples(60), CODES, encoders=[blind])


def test_vectors_with_nan_are_refused():
    broken = Table("broken", np.full((60, 4), np.nan))
    comparison = compare(_samples(60), CODES, encoders=[broken, Table("fine", _telling(CODES, 1.0))], heads=["nearest"])
    assert "NaN" in comparison.rows[-1].refusal


def test_amounts_are_compared_by_their_error():
    rng = np.random.default_rng(0)
    amounts = rng.normal(100, 20, 50)
    telling = np.stack([amounts + rng.normal(0, 5, 50), rng.normal(0, 20, 50)], 1)
    comparison = compare(
        _samples(50),
        amounts,
        encoders=[Table("noise", rng.normal(size=(50, 2))), Table("telling", telling)],
        heads=["neighbours", "svr"],
    )
    assert comparison.best.encoder == "telling"
    assert comparison.best.mean < 15 < comparison.chance
    assert comparison.better_than_chance
    assert comparison.expected.low < comparison.expected.value < comparison.expected.high
    noise = next(row for row in comparison.rows if row.encoder == "noise")
    assert noise.behind.low > 0 and noise.mean - comparison.best.mean == pytest.approx(noise.behind.mean)
    shuffled = compare(_samples(50), rng.permutation(amounts), encoders=[Table("telling", telling)], heads=["svr"])
    assert not shuffled.better_than_chance


def test_it_is_the_same_the_second_time():
    runs = [
        compare(_samples(60), CODES, encoders=[Table("one", _telling(CODES, 0.5))], heads=["svm"], seed=3)
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_a_class_with_one_label_teaches_but_is_not_judged():
    codes = np.append(CODES, 7)
    comparison = compare(_samples(61), codes, encoders=[Table("one", _telling(codes, 2.0))], heads=["nearest"])
    assert comparison.labels == 60
    assert comparison.chance == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("count", "labels", "options", "error", "words"),
    [
        (5, [0, 1, 0, 1, 0], {}, NotEnoughLabels, "from 6 on"),
        (9, [0] * 9, {}, NotEnoughLabels, "two classes"),
        (8, [0, 1] * 4, {"groups": np.zeros(8, int)}, NotEnoughLabels, "one place"),
        (8, [0, 1] * 4, {"groups": np.zeros(3, int)}, BadFeatures, "a group for each"),
        (8, [0, 1] * 3, {}, BadFeatures, "each of 8 samples"),
        (8, [0.5, np.nan] * 4, {}, BadFeatures, "NaN"),
        (8, ["a", "b"] * 4, {}, BadFeatures, "class code"),
        (8, [0, 1] * 4, {"heads": ["oracle"]}, UnknownName, "linear, nearest, svm"),
    ],
)
def test_what_cannot_be_compared_says_why(count, labels, options, error, words):
    table = Table("one", np.random.default_rng(0).normal(size=(count, 3)))
    with pytest.raises(error, match=words):
        compare(_samples(count), np.array(labels), encoders=[table], **options)


def test_real_encoders_are_named_by_their_specs():
    rng = np.random.default_rng(0)
    codes = np.arange(24) % 2
    samples = [
        make_sample("rgb", side=8, level=60 + 60 * code, swing=50, seed=int(rng.integers(1 << 30))) for code in codes
    ]
    comparison = compare(samples, codes, encoders=["image-statistics", "statistics"], heads=["nearest"])
    assert [row.encoder for row in comparison.rows] == ["image-statistics", "statistics"]
    assert comparison.best.mean > 0.9


def test_without_heads_the_one_that_projects_use_is_taken():
    comparison = compare(_samples(12), CODES[:12], encoders=[Table("one", _telling(CODES[:12], 2.0, dim=3))])
    assert [row.head for row in comparison.rows] == ["linear"]


def test_twins_are_said_to_do_as_well():
    one, other = (Table(name, _telling(CODES, 1.0)) for name in ("one", "other"))
    comparison = compare(_samples(60), CODES, encoders=[one, other], heads=["nearest"])
    assert comparison.best.encoder == "one"
    assert "Other with the nearest head does just as well." in comparison.reason
