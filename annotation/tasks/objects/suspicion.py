"""Suspicion: labels in which a head that has not seen them finds an object more, or does not find one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.model_selection import KFold

from annotation.arrays.labels import Labels
from annotation.arrays.material import Material
from annotation.tasks.objects import Objects
from annotation.tasks.objects.learner import ObjectLearner
from annotation.tasks.objects.matching import nearness, pairs
from annotation.tasks.objects.prediction import scores_of
from annotation.tasks.own_labels import of_people, some_of
from annotation.tasks.thing import Thing, in_use, shapes_of
from mlcore.errors import NotEnoughLabels

_FOLDS = 3
_FEWEST = 9  # labels, below which a head without a third of them says little
_MOST_LABELS, _MOST_SHOWN = 150, 100
_SURE, _NEVER = 0.7, 0.1  # scores: of an object that seems to lack; of what lies where one seems to be none
_NEAR = 0.3  # overlap, from which on an object is accounted for

Item = dict[str, Any]


def suspects(material: Material, task: Objects, learner: ObjectLearner | None) -> list[Item]:
    """Return the labels to look at again, likeliest mistake first; audits are judged by the head of all labels."""
    own = some_of(of_people(material.sound(material.snapshot.training)), _MOST_LABELS)
    if learner is None or len(own) < _FEWEST:
        return []
    audits = material.sound(material.snapshot.audits)
    items = [*_held_out(material, task, own), *_judged(material, learner, audits, audit=True)]
    return sorted(items, key=lambda item: -float(item["score"]))[:_MOST_SHOWN]


def _held_out(material: Material, task: Objects, labels: Labels) -> Iterator[Item]:
    kind: type[ObjectLearner] = task.learner
    for fitted, held in KFold(_FOLDS, shuffle=True, random_state=0).split(labels.rows):
        try:
            learner = kind.fit(replace(material.snapshot, training=labels.subset(fitted)))
        except NotEnoughLabels:
            continue
        yield from _judged(material, learner, labels.subset(held), audit=False)


def _judged(material: Material, learner: ObjectLearner, held: Labels, *, audit: bool) -> Iterator[Item]:
    """Yield the labels of `held` that a head which was fitted on others contradicts, each by its worst object."""
    said = learner.predict(material.snapshot.vectors, held.rows).of_rows()
    for at, row in enumerate(held.rows.tolist()):
        if row not in said:
            continue
        given = in_use(learner.task.objects(held.values[at]), held.recode)
        worst = max(_contradicted(learner, given, said[row]), key=lambda each: each["score"], default=None)
        if worst is not None:
            yield {
                "kind": "model",
                "annotation": held.annotations[at],
                "sample": int(material.snapshot.samples[row]),
                "index": row,
                "audit": audit,
                **worst,
            }


def _contradicted(learner: ObjectLearner, given: list[Thing], said: list[Thing]) -> Iterator[Item]:
    """Yield what the head is sure of and the label lacks, is of another class, or is nowhere near what it sees."""
    near = nearness(shapes_of(given), shapes_of(said), radius=learner.reach)
    scores = scores_of(said)
    of = {column: row for row, column in pairs(near, least=_NEAR)}
    for column, thing in enumerate(said):
        there = given[of[column]] if column in of else None
        if scores[column] >= _SURE and (there is None or there.code != thing.code):
            code = 0 if there is None else there.code
            yield _item(learner, thing, given=code, suggested=thing.code, score=scores[column])
    weight = np.where(near >= _NEAR, scores, 0).max(1) if len(said) else np.zeros(len(given))
    for row, thing in enumerate(given):
        if weight[row] < _NEVER:
            yield _item(learner, thing, given=thing.code, suggested=0, score=(1 - weight[row]) / 2)


def _item(learner: ObjectLearner, thing: Thing, *, given: int, suggested: int, score: float) -> Item:
    """Return an object as part of an item; code 0 stands for nothing."""
    told = thing.rounded().to_dict(boxed=learner.task.boxed)
    return {"given": given, "suggested": suggested, "score": round(float(score), 4), "object": told}
