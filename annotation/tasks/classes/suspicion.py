"""Suspicion: labels that a model which hasn't seen them contradicts, with the look-alikes that speak against them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from annotation.arrays.labels import Labels
from annotation.arrays.material import Material
from annotation.tasks import class_chances
from annotation.tasks.look_alikes import LookAlikes
from annotation.tasks.own_labels import of_people, some_of
from mlcore.audits.mistakes import find_mistakes
from mlcore.heads import Lesson, get_head

_FOLDS = 4
_LEAST_OF_CLASS = 3  # below that no fold can be trusted to know the class
_MOST_LABELS = 5000
Chances = NDArray[np.float32]


def suspects(material: Material) -> list[dict[str, Any]]:
    """Return the labels to look at again, likeliest mistake first; audits are judged by the fit, which never saw them.

    A label that was the model's own and accepted is none of people's mistakes.
    """
    if material.fit is None:
        return []
    own = of_people(material.sound(material.snapshot.training))
    training, held_out = _held_out(material, some_of(own, _MOST_LABELS))
    audits = material.sound(material.snapshot.audits)
    chances = class_chances.chances(material, audits.rows)
    told = chances.max(axis=1, initial=0) > 0
    audits, chances = audits.subset(told), chances[told]
    rows = np.concatenate([training.rows, audits.rows])
    labels = np.searchsorted(material.codes, np.concatenate([training.codes, audits.codes]))
    said = np.concatenate([held_out, chances])
    mistakes = find_mistakes(labels, said)
    ids = [*training.annotations, *audits.annotations]
    labelled = material.sound(material.snapshot.training)
    neighbours = LookAlikes(material, labelled)
    return [
        {
            "kind": "model",
            "annotation": ids[at],
            "sample": int(material.snapshot.samples[rows[at]]),
            "index": int(rows[at]),
            "given": int(material.codes[labels[at]]),
            "suggested": int(material.codes[other]),
            "score": round(float(score), 4),
            "own": round(float(said[at, labels[at]]), 3),
            "other": round(float(said[at, other]), 3),
            "audit": bool(at >= len(training)),
            **neighbours.of(int(rows[at]), labelled.codes == material.codes[other]),
        }
        for at, other, score in zip(mistakes.rows, mistakes.suggested, mistakes.scores, strict=True)
    ]


def _held_out(material: Material, labels: Labels) -> tuple[Labels, Chances]:
    """Return the labels of classes that are frequent enough, and what heads fitted without each say of it, [n, C]."""
    codes, counts = np.unique(labels.codes, return_counts=True)
    frequent = labels.subset(np.isin(labels.codes, codes[counts >= _LEAST_OF_CLASS]))
    scarce = labels.subset(np.isin(labels.codes, codes[counts < _LEAST_OF_CLASS]))
    chances = np.zeros((len(frequent), len(material.codes)), np.float32)
    if len(np.unique(frequent.codes)) < 2:
        return frequent.subset(np.zeros(0, np.int64)), chances[:0]
    features, always = material.vectors(frequent.rows), material.vectors(scarce.rows)
    blocks = material.snapshot.vectors.blocks
    folds = StratifiedKFold(min(_FOLDS, int(counts[counts >= _LEAST_OF_CLASS].min())), shuffle=True, random_state=0)
    for fitted, held in folds.split(features, frequent.codes):
        rows = np.concatenate([features[fitted], always])
        codes = np.concatenate([frequent.codes[fitted], scarce.codes])
        lesson = Lesson(inputs=rows, targets=codes, seed=material.project.seed, blocks=blocks)
        head = get_head("classes").fit(lesson)
        columns = np.searchsorted(material.codes, head.classes)
        chances[np.ix_(held, columns)] = head.predict_proba(features[held])
    return frequent, chances
