"""Agreement on masks: pixel by pixel where several people painted, with the tile as the statistical unit.

Masks are not fused. Dawid and Skene's model takes answers as independent of one another given the truth; the pixels
of a mask are one decision, drawn in one stroke. It would take one slip for a thousand proofs, and be sure of it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.agreement.answers import NOT_MEASURED, first_answers_of_several, told
from annotation.arrays.masks import Mask, area_rows, load_mask, recoded
from annotation.models import Annotation, Project, Sample
from mlcore.audits.agreement import alpha, alphas_of_classes, coincidence_tables
from mlcore.audits.patches import Patch, find_patches, worst_of
from mlcore.heads.painted import coarsened
from mlcore.metrics import confusion

_CELLS = 32  # along a side of a tile: finer differences are how a border was drawn


@dataclass(frozen=True)
class Painted:
    """A tile that several people painted, each unseen by the others."""

    sample: Sample
    people: list[str]  # [P] names
    masks: NDArray[np.uint8]  # [P, H, W] codes in use, 0 where somebody painted nothing

    @property
    def common(self) -> NDArray[np.bool_]:
        """Return the pixels that two or more painted, [H, W]."""
        shared: NDArray[np.bool_] = (self.masks > 0).sum(0) > 1
        return shared

    def said(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return positions in `codes` of the pixels in common, [P, n], -1 where somebody painted nothing."""
        masks = self.masks[:, self.common].astype(np.int64)
        return np.where(masks > 0, np.searchsorted(codes, masks), -1)


def agreement(project: Project) -> dict[str, Any]:
    """Return Krippendorff's alpha of the pixels of audits that several painted, and how each person differs."""
    codes = _codes(project)
    tables, common, people = list[NDArray[np.float64]](), list[float](), dict[str, list[NDArray[np.float64]]]()
    for tile in painted_by_several(project):
        said = tile.said(codes)
        for name, counts in _person_by_person(tile, said, len(codes)):
            people.setdefault(name, []).append(counts)
        if hasattr(tile.sample, "audit"):
            tables.extend(coincidence_tables([said], classes=len(codes)))
            common.append(float(tile.common.sum() / (tile.masks > 0).any(0).sum()))
    measured = _measured(np.stack(tables), codes, common) if tables else NOT_MEASURED
    return {"agreement": measured, "people": [_person(name, people[name]) for name in sorted(people)]}


def _measured(tables: NDArray[np.float64], codes: NDArray[np.int64], common: list[float]) -> dict[str, Any]:
    levels = alphas_of_classes(tables)
    return {
        "samples": len(tables),
        **told(alpha(tables)),
        "common": round(float(np.mean(common)), 3),  # share of the paint that two or more painted
        "classes": [
            {"code": int(code), **told(level), "tiles": int((tables[:, at].sum(1) > 0).sum())}
            for at, (code, level) in enumerate(zip(codes, levels, strict=True))
        ],
    }


def disputes(project: Project) -> list[dict[str, Any]]:
    """Return the labelled tiles in which people painted an area differently, largest first."""
    codes, disputed = _codes(project), list[dict[str, Any]]()
    for tile in painted_by_several(project):
        answer = tile.sample.answer
        if tile.sample.state != Sample.State.LABELLED or answer is None or not answer.mask:
            continue
        counting = _cells(recoded(load_mask(answer.mask), project.codes_in_use()), codes)
        others = [_cells(mask, codes) for mask in tile.masks]
        if worst := worst_of([patch for other in others for patch in _differences(counting, other, len(codes))]):
            disputed.append(_dispute(tile, worst, codes, others, painted=int((counting >= 0).sum())))
    return sorted(disputed, key=lambda item: -item["share"])


def painted_by_several(project: Project) -> Iterator[Painted]:
    """Yield the tiles that several people painted, where they have pixels in common."""
    in_use, first = project.codes_in_use(), first_answers_of_several(project)
    samples = project.samples.filter(pk__in=first).select_related("answer", "audit").order_by("index")
    for sample in samples:
        said = sorted((one for one in first[sample.pk].values() if one.mask), key=lambda one: one.author.username)
        if len(said) > 1:
            tile = Painted(sample, [one.author.username for one in said], _stacked(said, in_use))
            if tile.common.any():
                yield tile


def _stacked(said: list[Annotation], in_use: dict[int, int]) -> NDArray[np.uint8]:
    return np.stack([recoded(load_mask(one.mask), in_use) for one in said])


def _codes(project: Project) -> NDArray[np.int64]:
    return np.array(sorted(set(project.codes_in_use().values())), np.int64)


def _cells(mask: Mask, codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what most of each cell is painted as, as positions in `codes`, -1 where nothing is."""
    painted = coarsened(mask, (min(_CELLS, mask.shape[0]), min(_CELLS, mask.shape[1])))
    return np.where(painted > 0, np.searchsorted(codes, painted), -1)


def _differences(counting: NDArray[np.int64], other: NDArray[np.int64], classes: int) -> list[Patch]:
    """Return the areas that another person painted differently than the mask that counts."""
    said = (other[None] == np.arange(classes)[:, None, None]).astype(float)
    return find_patches(np.where(other >= 0, counting, -1), said, np.zeros(classes))


def _dispute(
    tile: Painted, patch: Patch, codes: NDArray[np.int64], others: list[NDArray[np.int64]], *, painted: int
) -> dict[str, Any]:
    """Return a tile that people painted differently, as an item of the list of labels to look at again."""
    votes = [int(codes[np.bincount(inside).argmax()]) for other in others if len(inside := _said(other, patch))]
    share = float(patch.cells.sum()) / painted
    return {
        "kind": "people",
        "annotation": tile.sample.answer_id,
        "sample": tile.sample.pk,
        "index": tile.sample.index,
        "given": int(codes[patch.given]),
        "suggested": int(codes[patch.suggested]),
        "score": round(share, 4),
        "votes": [{"code": code, "people": number} for code, number in Counter(votes).most_common()],
        "audit": hasattr(tile.sample, "audit"),
        "area": area_rows(patch.cells),
        "share": round(share, 3),
    }


def _said(cells: NDArray[np.int64], patch: Patch) -> NDArray[np.int64]:
    inside = cells[patch.cells]
    return inside[inside >= 0]


def _person_by_person(
    tile: Painted, said: NDArray[np.int64], classes: int
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield for each person how much they painted as which class where others painted which; all of it is 1."""
    for at, name in enumerate(tile.people):
        own, others = said[at], np.delete(said, at, axis=0)
        both = (own >= 0) & (others >= 0)
        if both.any():
            counts = confusion(others[both], np.broadcast_to(own, others.shape)[both], classes)
            yield name, counts / counts.sum()


def _person(name: str, counts: list[NDArray[np.float64]]) -> dict[str, Any]:
    return {"person": name, "counts": np.sum(counts, axis=0).round(2).tolist(), "tiles": len(counts)}
