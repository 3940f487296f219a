"""Patches: pieces of painted masks that heads which have not seen the tile contradict."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from annotation.arrays.labels import Labels
from annotation.arrays.masks import area_rows
from annotation.arrays.material import Material
from annotation.tasks.masks.pixels import Cells, cell_chances, fit_head
from annotation.tasks.own_labels import some_of
from mlcore.audits.patches import Patch, find_patches, usual_confidences, worst_of
from mlcore.heads import PixelHead
from mlcore.heads.painted import coarsened

_FOLDS = 4
_LEAST_TILES = 3  # with a class, before a head can be trusted to know it
_MOST_TILES = 1500
_MOST_SHOWN = 100


@dataclass(frozen=True)
class _Tile:
    """A painted tile, cell by cell, and what a head says of it that has not seen it."""

    row: int
    annotation: int
    audit: bool
    given: NDArray[np.int64]  # [h, w] positions of classes, -1 where nothing is painted or the head doesn't know it
    chances: Cells


def patch_suspects(material: Material, own: Labels, head: PixelHead | None) -> list[dict[str, Any]]:
    """Return the tiles whose paint to look at again, with where; `own` are people's own masks, `head` is of all.

    They are held out tile by tile; audits are judged by the head of all masks, which has never seen them.
    """
    own = some_of(own, _MOST_TILES)
    audits = material.sound(material.snapshot.audits)
    tiles = _frequent([*_held_out(material, own), *_judged(material, head, audits, audit=True)])
    given, chances = [tile.given for tile in tiles], [tile.chances for tile in tiles]
    least = usual_confidences(given, chances, classes=len(material.codes))
    worst = [(worst_of(find_patches(tile.given, tile.chances, least)), tile) for tile in tiles]
    suspects = [(patch, tile) for patch, tile in worst if patch]
    suspects.sort(key=lambda pair: -pair[0].weight)
    return [_item(material, tile, patch) for patch, tile in suspects[:_MOST_SHOWN]]


def _held_out(material: Material, labels: Labels) -> Iterator[_Tile]:
    if len(labels) < _LEAST_TILES:
        return
    folds = KFold(min(_FOLDS, len(labels)), shuffle=True, random_state=0)
    for fitted, held in folds.split(labels.rows):
        head = fit_head(material.snapshot, labels.subset(fitted))
        yield from _judged(material, head, labels.subset(held), audit=False)


def _judged(material: Material, head: PixelHead | None, held: Labels, *, audit: bool) -> Iterator[_Tile]:
    """Yield the tiles of `held` with what a head that was fitted on others says of them."""
    if head is None:
        return
    for at, row in enumerate(held.rows.tolist()):
        features = material.snapshot.vectors.maps.read(row)
        if features is not None:
            chances = cell_chances(head, features, material.codes)
            given = _known(material, coarsened(held.load_mask(at), chances.shape[1:]), head)
            yield _Tile(row, held.annotations[at], audit, given, chances)


def _known(material: Material, painted: NDArray[np.uint8], head: PixelHead) -> NDArray[np.int64]:
    codes = material.codes
    return np.where(np.isin(painted, head.classes) & np.isin(painted, codes), np.searchsorted(codes, painted), -1)


def _frequent(tiles: list[_Tile]) -> list[_Tile]:
    """Return the tiles without the paint of classes that hardly any tile has."""
    tiles_of = Counter(code for tile in tiles for code in np.unique(tile.given).tolist())
    frequent = [code for code, number in tiles_of.items() if number >= _LEAST_TILES and code >= 0]
    return [replace(tile, given=np.where(np.isin(tile.given, frequent), tile.given, -1)) for tile in tiles]


def _item(material: Material, tile: _Tile, patch: Patch) -> dict[str, Any]:
    """Return a tile as an item of the list of labels to look at again."""
    own, other = (float(tile.chances[at][patch.cells].mean()) for at in (patch.given, patch.suggested))
    return {
        "kind": "model",
        "annotation": tile.annotation,
        "sample": int(material.snapshot.samples[tile.row]),
        "index": tile.row,
        "given": int(material.codes[patch.given]),
        "suggested": int(material.codes[patch.suggested]),
        "score": round((patch.lead + 1) / 2, 4),
        "own": round(own, 3),
        "other": round(other, 3),
        "audit": tile.audit,
        "area": area_rows(patch.cells),
        "share": round(float(patch.cells.sum()) / float((tile.given >= 0).sum()), 3),
    }
