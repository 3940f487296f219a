"""Comparing modalities: heads that learn the same labels without each of them, and where their answers differ."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Rows, Snapshot
from annotation.arrays.vectors import Vectors
from annotation.arrays.without import Apart, vectors_without
from annotation.tasks.learner import unlabelled
from mlcore.heads import Lesson, LinearHead
from mlcore.query.modalities import furthest

Answers = Mapping[str, NDArray[np.float32]]  # name: chances [N, K] without it; NaN where it wasn't left out


def answers_without(snapshot: Snapshot, rows: Rows) -> Answers:
    """Return what heads say of `rows` that learnt without each modality or sensor; nothing where none is compared.

    Each is fitted anew: a head that counted on a modality and finds it gone would say anything.
    """
    compared = vectors_without(snapshot.project, snapshot.vectors.digest)
    return {name: _answer(snapshot, rows, vectors) for name, vectors in compared.items()}


def apart_of(full: NDArray[np.float32], left_out: Answers, classes: NDArray[np.int64]) -> Apart:
    """Return where answers [N, K] are others without something."""
    levels, blamed = furthest(full, left_out)
    said = np.stack(list(left_out.values()))[blamed, np.arange(len(full))]
    codes = classes[np.nan_to_num(said).argmax(1)]
    return Apart(levels.astype(np.float16), blamed.astype(np.uint8), codes.astype(np.uint8), np.array(list(left_out)))


def _answer(snapshot: Snapshot, rows: Rows, vectors: Vectors) -> NDArray[np.float32]:
    there = np.zeros(len(snapshot.features), bool)
    present = vectors.present[: len(there)]
    there[: len(present)] = present
    less = vectors.read()

    def inputs(wanted: Rows) -> NDArray[np.float16]:
        made = snapshot.features[wanted]  # a copy; where nothing is left out, that is what it sees
        made[there[wanted]] = less[wanted[there[wanted]]]
        return made

    training = snapshot.training
    lesson = Lesson(
        inputs=inputs(training.rows),
        targets=training.codes,
        seed=snapshot.project.seed,
        pool=inputs(unlabelled(snapshot)),
        blocks=snapshot.vectors.blocks,
    )
    head = LinearHead.fit(lesson)
    compared = rows[there[rows]]
    said = np.full((len(there), len(head.classes)), np.nan, np.float32)
    said[compared] = head.predict_proba(less[compared])
    return said
