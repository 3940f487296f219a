"""Two judges of different kinds, a linear one and trees, whose say goes from equal to what held-out labels prove."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import ExtraTreeClassifier
from threadpoolctl import threadpool_limits

from mlcore.calibration import fit_temperature, softmax
from mlcore.heads.blocks import EVENLY, Beforehand
from mlcore.heads.columns import Space, space_of
from mlcore.heads.lesson import Lesson
from mlcore.heads.logistic import Logistic, checked, fit_within, held_out_folds

_TREES, _TREES_A_FOLD = 20, 5
_MOST_ROWS = 1500  # that trees are held out of: of more labels nothing is left to weigh
_MOST_GROWN = 4000  # that a forest is grown on, and every class among them
_SHARE = 0.35  # of the columns, that one tree sees
_FEWEST_COLUMNS = 16
_EQUAL = 30.0  # nats that it costs to silence one judge, over four: how many labels it takes to be believed
_SAYS = np.linspace(0, 1, 11)
_FLOORS = (1e-3, 1e-2)  # a linear head, and few trees, are never surer than this

Rows = NDArray[np.float32]
Chances = NDArray[np.float32]


@dataclass(frozen=True)
class Tree:
    """One extremely randomised tree, and the columns that it sees."""

    columns: NDArray[np.int64]
    model: Any

    def predict_proba(self, rows: Rows) -> Chances:
        """Return the chances [N, K]."""
        said: Chances = self.model.predict_proba(rows[:, self.columns], check_input=False).astype(np.float32)
        return said


@dataclass(frozen=True)
class Committee:
    """A linear head and trees; `say` is the linear one's weight in the mean of their logarithms."""

    linear: Logistic
    trees: list[Tree]
    space: Space
    say: float
    temperature: float
    held_out: Chances | None  # [N, K], chances of labelled rows by judges that hadn't seen them

    @classmethod
    def fit(cls, lesson: Lesson, beforehand: Beforehand = EVENLY) -> Self:
        """Fit on vectors [N, d] and codes [N].

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes.
        """
        rows, classes, targets = checked(lesson.inputs, lesson.targets)
        with threadpool_limits(1):
            space = space_of(
                rows, targets, seed=lesson.seed, pool=lesson.pool, blocks=lesson.blocks, beforehand=beforehand
            )
            linear, held_out = fit_within(rows, (classes, targets), space, seed=lesson.seed, groups=lesson.groups)
            trees = _grown(rows, targets, space, _TREES, np.random.default_rng(lesson.seed))
        folds = held_out_folds(targets, lesson.seed, lesson.groups) if held_out is not None else []
        if held_out is None or not folds or len(rows) > _MOST_ROWS:
            return cls(linear, trees, space, 0.5, 1.0, held_out)
        said = np.empty_like(held_out)
        rng = np.random.default_rng(lesson.seed + 1)
        for taught, kept in folds:
            grown = _grown(rows[taught], targets[taught], space, _TREES_A_FOLD, rng)
            said[kept] = _mean(grown, rows[kept], len(classes))
        say, temperature = _weighed(held_out, said, targets)
        return cls(linear, trees, space, say, temperature, softmax(_joined(held_out, said, say), temperature))

    def predict_proba(self, rows: Rows) -> Chances:
        """Return calibrated chances [M, K]."""
        grown = _mean(self.trees, rows, len(self.linear.classes))
        return softmax(_joined(self.linear.predict_proba(rows), grown, self.say), self.temperature)


def _grown(rows: Rows, targets: NDArray[np.int64], space: Space, count: int, rng: np.random.Generator) -> list[Tree]:
    """Return trees, each of which sees some of the columns: rather those of blocks that tell the classes apart."""
    if len(rows) > _MOST_GROWN:
        some = np.union1d(rng.choice(len(rows), _MOST_GROWN, replace=False), np.unique(targets, return_index=True)[1])
        rows, targets = rows[some], targets[some]
    useful = np.flatnonzero((space.scale > 0) & (rows.max(0) > rows.min(0)))
    useful = useful if len(useful) else np.zeros(1, np.int64)
    odds = np.square(space.worth[useful])
    seen = min(len(useful), max(_FEWEST_COLUMNS, round(_SHARE * len(useful))))
    weights = (1 / np.bincount(targets))[targets]
    trees = []
    for _ in range(count):
        columns = rng.choice(useful, seen, replace=False, p=odds / odds.sum())
        model = ExtraTreeClassifier(max_features="sqrt", random_state=int(rng.integers(2**31)))
        model.fit(rows[:, columns], targets, sample_weight=weights)
        trees.append(Tree(columns, model))
    return trees


def _mean(trees: list[Tree], rows: Rows, classes: int) -> Chances:
    """Return the mean of what trees say, [N, K]."""
    said = np.zeros((len(rows), classes), np.float32)
    for tree in trees:
        said += tree.predict_proba(rows)
    return said / np.float32(len(trees))


def _joined(linear: Chances, grown: Chances, say: float) -> Chances:
    """Return the weighted mean of both judges' logarithms: logits [N, K]."""
    low, lower = _FLOORS
    joined: Chances = np.float32(say) * np.log(linear + low) + np.float32(1 - say) * np.log(grown + lower)
    return joined


def _weighed(linear: Chances, grown: Chances, targets: NDArray[np.int64]) -> tuple[float, float]:
    """Return the say of the linear head and the temperature that held-out labels speak for, from equal says on."""
    tried = []
    for say in _SAYS:
        logits = _joined(linear, grown, float(say))
        temperature = fit_temperature(logits, targets)
        chances = softmax(logits, temperature)[np.arange(len(targets)), targets]
        loss = -float(np.log(chances + 1e-9).sum()) + _EQUAL * (2 * float(say) - 1) ** 2 / 4
        tried.append((loss, float(say), temperature))
    return min(tried)[1:]
