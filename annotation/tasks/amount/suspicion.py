"""Suspicion: amounts that lie far from what a head which hasn't seen them says, beside what it errs elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from annotation.arrays.labels import Labels
from annotation.arrays.material import Material
from annotation.tasks.amount import quantity_of
from annotation.tasks.amount.quantity import amounts_of
from annotation.tasks.amount.scoring import short
from annotation.tasks.look_alikes import LookAlikes
from annotation.tasks.own_labels import of_people
from mlcore.heads import Lesson, RegressionHead
from mlcore.heads.regression.within import chance_within

_FOLDS = 4
_FEWEST = 20  # labels: below that a head without a quarter of them says little
_MOST_LABELS = 1000
_MOST_SHOWN = 100
_UNLIKELY = 0.95  # of errors that are smaller, from which on a label is suspected

Floats = NDArray[np.float64]


def suspects(material: Material) -> list[dict[str, Any]]:
    """Return the labels to look at again, likeliest mistake first.

    A label is suspected where it lies beyond the tolerance, and further off than 95 % of the errors that are to be
    expected of such a tile. Audits are judged by a head on all other labels, which never saw them.
    """
    own = of_people(material.sound(material.snapshot.training))
    if material.fit is None or len(own) < _FEWEST:
        return []
    some = np.sort(np.random.default_rng(len(own)).permutation(len(own))[:_MOST_LABELS])
    training, audits = own.subset(some), material.sound(material.snapshot.audits)
    said, odd = _held_out(material, training)
    of_audits = _judged(material, training, audits)
    labels = [(training, at) for at in range(len(training))] + [(audits, at) for at in range(len(audits))]
    said, odd = np.concatenate([said, of_audits[0]]), np.concatenate([odd, of_audits[1]])
    given = np.array([labels_of.values[at]["amount"] for labels_of, at in labels], np.float64)
    quantity = quantity_of(material.project)
    far = np.array([not quantity.near(*pair) for pair in zip(given.tolist(), said.tolist(), strict=True)], bool)
    order = np.argsort(-odd, kind="stable")
    chosen = [at for at in order.tolist() if far[at] and odd[at] >= _UNLIKELY][:_MOST_SHOWN]
    neighbours = LookAlikes(material, own)
    amounts = amounts_of(own.values)
    return [
        _item(material, *labels[at], float(said[at]), float(odd[at]), audit=at >= len(training))
        | neighbours.of(
            int(labels[at][0].rows[labels[at][1]]), np.abs(amounts - said[at]) < np.abs(amounts - given[at])
        )
        for at in chosen
    ]


def _held_out(material: Material, labels: Labels) -> tuple[Floats, Floats]:
    """Return what heads fitted without each label say of it, and how odd the label is, each [n]."""
    said, odd = np.empty(len(labels)), np.empty(len(labels))
    for fitted, held in KFold(_FOLDS, shuffle=True, random_state=0).split(labels.rows):
        said[held], odd[held] = _judged(material, labels.subset(fitted), labels.subset(held))
    return said, odd


def _judged(material: Material, fitted: Labels, judged: Labels) -> tuple[Floats, Floats]:
    """Return what a head says of labels, and which share of its errors there is smaller than theirs, each [n]."""
    amounts = amounts_of(fitted.values)
    if not len(judged) or np.ptp(amounts) == 0:
        return amounts_of(judged.values), np.zeros(len(judged))
    blocks, seed = material.snapshot.vectors.blocks, material.project.seed
    head = RegressionHead.fit(Lesson(inputs=material.vectors(fitted.rows), targets=amounts, seed=seed, blocks=blocks))
    quantity, said = quantity_of(material.project), head.predict(material.vectors(judged.rows))
    values = said.value.clip(quantity.low, quantity.high)
    return values, chance_within(head, said, np.abs(values - amounts_of(judged.values)))


def _item(material: Material, labels: Labels, at: int, said: float, odd: float, *, audit: bool) -> dict[str, Any]:
    given = float(labels.values[at]["amount"])
    return {
        "kind": "model",
        "annotation": labels.annotations[at],
        "sample": int(material.snapshot.samples[labels.rows[at]]),
        "index": int(labels.rows[at]),
        "given": given,
        "suggested": quantity_of(material.project).rounded(said),
        "residual": short(given - said),
        "score": round(odd, 4),
        "audit": audit,
    }
