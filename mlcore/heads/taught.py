"""Another head for classes: as quick as a linear one, taught by a committee with trees on rows that nobody labelled."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mlcore.errors import BadCheckpoint
from mlcore.heads.anchored import Anchored
from mlcore.heads.blocks import EVENLY, Beforehand
from mlcore.heads.chances import Chances
from mlcore.heads.committee import Committee
from mlcore.heads.files import read_head, write_head
from mlcore.heads.lesson import Lesson
from mlcore.heads.linear import LinearHead, hit_rate

_MOST_TAUGHT = 2500  # rows that the committee is asked about: so many labelled, and so many unlabelled ones
_FEWEST = 1000  # rows to learn from; below, points between labelled rows are added


@dataclass(frozen=True)
class TaughtHead:
    """A scene classifier on vectors (Bucila et al. 2006, "Model compression": a small model learns what a large says).

    Trees find what no line separates, and their mean with a linear head is seldom worse than either. But a million
    rows take trees half a minute. So the committee says what it thinks of some thousand rows that nobody labelled, and
    what is kept is lines and bumps that say the same. It is not the default:
    `docs/results/choices.md` tells what it wins and loses.
    """

    learned: Anchored
    held_out_accuracy: float | None = None  # on its own training labels: optimistic or pessimistic, never a promise
    kind: ClassVar[str] = "taught"

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the label codes [K] in the order of the probabilities."""
        return self.learned.classes

    @classmethod
    def fit(cls, lesson: Lesson, beforehand: Beforehand = EVENLY) -> Self:
        """Fit on vectors [N, d] and label codes int [N]; two labels of two classes are enough.

        Without a pool, it learns what the committee says of labelled rows and of points between them.

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes.
        """
        committee = Committee.fit(lesson, beforehand)
        rng = np.random.default_rng(lesson.seed)
        rows = _asked(np.asarray(lesson.inputs, np.float32), lesson.pool, rng)
        classes, held_out = committee.linear.classes, committee.held_out
        with threadpool_limits(1):
            taught = np.log(committee.predict_proba(rows) + 1e-4)
            learned = Anchored.learn(classes, rows, taught, committee.space, lesson.seed)
        return cls(learned, None if held_out is None else hit_rate(classes, held_out, lesson.targets))

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of vectors [N, d]."""
        return self.learned.predict_proba(features)

    def predict(self, features: NDArray[np.floating]) -> Chances:
        """Return calibrated probabilities [N, K] of vectors [N, d], float16 or float32, with their classes."""
        return Chances(self.classes, self.predict_proba(features))

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""
        write_head(path, kind=self.kind, arrays=self.learned.arrays())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head, or a linear one that was saved by an earlier release.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        try:
            arrays, _ = read_head(path, kind=cls.kind)
        except BadCheckpoint as refused:
            try:
                arrays, _ = read_head(path, kind=LinearHead.kind)
            except BadCheckpoint:
                raise refused from None
        return cls(Anchored.read(arrays, path))


def _asked(
    rows: NDArray[np.float32], pool: NDArray[np.floating] | None, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return rows [M, d] about which the committee is asked: the labelled ones, some of the pool, and some between."""
    parts = [rows[np.sort(rng.permutation(len(rows))[:_MOST_TAUGHT])]]
    if pool is not None:
        some = rng.permutation(len(pool))[:_MOST_TAUGHT]
        shown = np.asarray(pool[np.sort(some)], np.float32)
        parts.append(shown[np.isfinite(shown).all(1)])
    seen = np.concatenate(parts)
    missing = _FEWEST - len(seen)
    if missing > 0:
        ends, share = rng.integers(len(seen), size=(2, missing)), rng.random((missing, 1), np.float32)
        seen = np.concatenate([seen, share * seen[ends[0]] + (1 - share) * seen[ends[1]]])
    return seen
