"""Suspicion: amounts that lie far from what a head which hasn't seen them says, beside what it errs elsewhere."""

from collections.abc import Iterator
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
from annotation.tasks.own_labels import of_people, some_of
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
    training, audits = some_of(own, _MOST_LABELS), material.sound(material.snapshot.audits)
    judged = [*_items(material, training, *_held_out(material, training), audit=False)]
    judged += _items(material, audits, *_judged(material, training, audits), audit=True)
    judged = sorted(judged, key=lambda item: -float(item["score"]))[:_MOST_SHOWN]
    neighbours, amounts = LookAlikes(material, own), amounts_of(own.values)
    for item in judged:
        speaks = np.abs(amounts - item["suggested"]) < np.abs(amounts - item["given"])
        item.update(neighbours.of(item["index"], speaks))
    return judged


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


def _items(material: Material, labels: Labels, said: Floats, odd: Floats, *, audit: bool) -> Iterator[dict[str, Any]]:
    """Yield those that are suspected, as items of the list of labels to look at again."""
    quantity = quantity_of(material.project)
    for at, given in enumerate(amounts_of(labels.values).tolist()):
        if odd[at] < _UNLIKELY or quantity.near(given, float(said[at])):
            continue
        row = int(labels.rows[at])
        yield {
            "kind": "model",
            "annotation": labels.annotations[at],
            "sample": int(material.snapshot.samples[row]),
            "index": row,
            "given": given,
            "suggested": quantity.rounded(float(said[at])),
            "residual": short(given - float(said[at])),
            "score": round(float(odd[at]), 4),
            "audit": audit,
        }
