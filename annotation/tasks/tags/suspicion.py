"""Suspicion: tags that a model which hasn't seen the label contradicts, one by one."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from annotation.arrays.labels import Labels
from annotation.arrays.material import Material
from annotation.tasks.look_alikes import LookAlikes
from annotation.tasks.own_labels import of_people, some_of
from annotation.tasks.tags.table import Table, table_of
from mlcore.audits.mistakes import find_mistakes
from mlcore.errors import NotEnoughLabels
from mlcore.heads import Lesson, get_head

_FOLDS = 4
_LEAST = 3  # tiles with a tag, and without it, before it is judged
_MOST_LABELS = 5000
_MOST_SHOWN = 100

Chances = NDArray[np.float32]


def suspects(material: Material, audits: Labels, said: Chances) -> list[dict[str, Any]]:
    """Return the labels to look at again, likeliest mistake first, each with the tag in question.

    Audits are judged by the newest fit, which never saw them: `said` [m, L].
    """
    if material.fit is None:
        return []
    own = some_of(of_people(material.sound(material.snapshot.training)), _MOST_LABELS)
    tables = table_of(own, material.codes), table_of(audits, material.codes)
    chances = np.concatenate([_held_out(material, own, tables[0]), said])
    items = list(_items(material, (own, audits), np.concatenate(tables), chances))
    items.sort(key=lambda item: -float(item["score"]))
    neighbours = LookAlikes(material, own)
    place = {int(code): at for at, code in enumerate(material.codes)}
    for item in items[:_MOST_SHOWN]:
        item.update(neighbours.of(item["index"], tables[0][:, place[item["tag"]]] == item["suggested"]))
    return items[:_MOST_SHOWN]


def _held_out(material: Material, labels: Labels, table: Table) -> Chances:
    """Return what heads fitted without each label say of it, [n, L]; NaN where none could be fitted."""
    chances = np.full(table.shape, np.nan, np.float32)
    if len(labels) < _FOLDS * _LEAST:
        return chances
    features = material.vectors(labels.rows)
    for fitted, held in KFold(_FOLDS, shuffle=True, random_state=0).split(features):
        lesson = Lesson(
            inputs=features[fitted], targets=table[fitted], classes=material.codes, seed=material.project.seed
        )
        try:
            chances[held] = get_head("tags").fit(lesson).predict_proba(features[held])
        except NotEnoughLabels:
            continue
    return chances


def _items(material: Material, both: tuple[Labels, Labels], table: Table, chances: Chances) -> Iterator[dict[str, Any]]:
    """Yield the tags that are suspected, as items of the list of labels to look at again."""
    rows = np.concatenate([labels.rows for labels in both])
    annotations = [*both[0].annotations, *both[1].annotations]
    for column, code in enumerate(material.codes.tolist()):
        told = np.flatnonzero((table[:, column] >= 0) & np.isfinite(chances[:, column]))
        has, yes = table[told, column].astype(np.int64), chances[told, column]
        if min((has == 1).sum(), (has == 0).sum()) < _LEAST:
            continue
        mistakes = find_mistakes(has, np.stack([1 - yes, yes], axis=1))
        for at, other, score in zip(mistakes.rows, mistakes.suggested, mistakes.scores, strict=True):
            row = int(rows[told[at]])
            likely = float(yes[at]) if other else 1 - float(yes[at])
            yield {
                "kind": "model",
                "annotation": annotations[told[at]],
                "sample": int(material.snapshot.samples[row]),
                "index": row,
                "tag": code,
                "given": int(1 - other),
                "suggested": int(other),
                "score": round(float(score), 4),
                "own": round(1 - likely, 3),
                "other": round(likely, 3),
                "audit": bool(told[at] >= len(both[0])),
            }
