"""Agreement on objects: which share of what people name on the same tiles they name alike."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.agreement.answers import NOT_MEASURED, first_answers_of_several, told
from annotation.models import Annotation, Project, Sample
from annotation.tasks.objects import Objects
from annotation.tasks.objects.matching import matched
from annotation.tasks.thing import Thing, in_use
from mlcore.audits.estimates import ratio
from mlcore.metrics import Estimate

_FEW = 1e-6  # of all tiles: those that several answered stand for many more

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class _Tile:
    """A tile on which several people named objects, each unseen by the others."""

    sample: Sample
    things: dict[str, list[Thing]]  # by person


def agreement(task: Objects, project: Project) -> dict[str, Any]:
    """Return which share of the objects of audits that one of two people names both name (F1), and how each differs."""
    radius, tiles = task.radius(project), list(_tiles(task, project))
    pairs = [
        (at, 2 * len(matched(one, other, radius=radius)), len(one) + len(other))
        for at, tile in enumerate(tiles)
        if hasattr(tile.sample, "audit")
        for one, other in combinations(tile.things.values(), 2)
    ]
    clusters, both, either = np.array(pairs, np.int64).reshape(-1, 3).T
    if not len(clusters):
        return {"agreement": NOT_MEASURED, "people": _people(tiles, radius)}
    level = _level(clusters, both, either)
    measured: dict[str, Any] = {
        "samples": len(np.unique(clusters)),
        **told(level),
        "objects": int(either.sum()),
        "classes": [],
    }
    return {"agreement": measured, "people": _people(tiles, radius)}


def _level(clusters: Counts, both: Counts, either: Counts) -> Estimate:
    """Return the share of objects named alike with its interval, the tile as the unit; of none at all nothing."""
    some = either > 0
    if not some.any():
        return Estimate(float("nan"), 0.0, 1.0)
    part, whole = (counts[some].astype(np.float64) for counts in (both, either))
    return ratio(part, whole, np.full(len(part), _FEW), clusters=clusters[some])


def disputes(task: Objects, project: Project) -> list[dict[str, Any]]:
    """Return the labelled samples on which people name other objects, most different first."""
    items = []
    for tile in _tiles(task, project):
        answer = tile.sample.answer
        if tile.sample.state != Sample.State.LABELLED or answer is None:
            continue
        counting = in_use(task.objects(answer.value), project.codes_in_use())
        for things in tile.things.values():
            pairs = matched(counting, things, radius=task.radius(project))
            alone = [thing for at, thing in enumerate(counting) if at not in {one for one, _ in pairs}]
            more = [thing for at, thing in enumerate(things) if at not in {other for _, other in pairs}]
            if alone or more:
                items.append(_dispute(task, tile, alone, more, of=len(counting) + len(more)))
    best = {item["sample"]: item for item in sorted(items, key=lambda item: item["score"])}
    return sorted(best.values(), key=lambda item: -item["score"])


def _dispute(task: Objects, tile: _Tile, alone: list[Thing], more: list[Thing], *, of: int) -> dict[str, Any]:
    """Return a tile on which people differ, as an item of the list of labels to look at again."""
    thing = (more or alone)[0]
    return {
        "kind": "people",
        "annotation": tile.sample.answer_id,
        "sample": tile.sample.pk,
        "index": tile.sample.index,
        "given": 0 if more else thing.code,
        "suggested": thing.code if more else 0,
        "score": round((len(alone) + len(more)) / max(of, 1), 4),
        "object": thing.rounded().to_dict(boxed=task.boxed),
        "votes": [{"value": len(things), "people": 1} for things in tile.things.values()],
        "audit": hasattr(tile.sample, "audit"),
    }


def _tiles(task: Objects, project: Project) -> Iterator[_Tile]:
    first, codes = first_answers_of_several(project), project.codes_in_use()
    for sample in project.samples.filter(pk__in=first).select_related("answer", "audit").order_by("index"):
        said = sorted(first[sample.pk].values(), key=lambda one: one.author.username)
        yield _Tile(sample, {one.author.username: in_use(_objects(task, one), codes) for one in said})


def _objects(task: Objects, one: Annotation) -> list[Thing]:
    return task.objects(one.value)


def _people(tiles: list[_Tile], radius: float | None) -> list[dict[str, Any]]:
    """Return for each person how many objects they name that others do, that others don't, and the reverse."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for tile in tiles:
        for name, own in tile.things.items():
            others = [things for person, things in tile.things.items() if person != name]
            both = [len(matched(own, things, radius=radius)) for things in others]
            for at, number in enumerate(
                (sum(both), len(own) * len(others) - sum(both), sum(map(len, others)) - sum(both), 1)
            ):
                counts[name][at] += number
    names = ("both", "alone", "overlooked", "tiles")
    return [{"person": name, **dict(zip(names, counts[name], strict=True))} for name in sorted(counts)]
