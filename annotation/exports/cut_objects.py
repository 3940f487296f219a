"""Cut objects: the boxes of one object that a tile border cuts become one box again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
import shapely
from shapely import Polygon

_REACH = 1.0  # px that a part may end before the border
_COMMON = 0.5  # of the shorter part's length along the border, that both share

Tile = tuple[int, int]  # column and row


def whole_boxes(pieces: Sequence[Polygon], tiles: Sequence[Tile], side: int) -> Iterator[tuple[Polygon, list[int]]]:
    """Yield the boxes that pieces of one class make together, each with the positions of its pieces.

    Two pieces are parts of one object where they lie in neighbouring tiles, both reach the common border, and one lies
    opposite at least half of the other.

    Args:
        pieces: in pixels of the lattice.
        tiles: in which each was drawn.
        side: of a tile, px.
    """
    first = list(range(len(pieces)))

    def root(at: int) -> int:
        while first[at] != at:
            at = first[at] = first[first[at]]
        return at

    grown = shapely.buffer(np.array(pieces, object), _REACH, join_style="mitre")
    for one, other in shapely.STRtree(grown).query(grown, predicate="intersects").T.tolist():
        if one < other and _are_one(pieces[one], pieces[other], tiles[one], tiles[other], side):
            first[root(other)] = root(one)
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(len(pieces)):
        groups[root(at)].append(at)
    for members in groups.values():
        yield _around([pieces[at] for at in members]), members


def _are_one(one: Polygon, other: Polygon, tile: Tile, beside: Tile, side: int) -> bool:
    steps = [there - here for here, there in zip(tile, beside, strict=True)]
    if sorted(map(abs, steps)) != [0, 1]:
        return False
    across = 0 if steps[0] else 1  # the axis along which the tiles lie beside each other
    if steps[across] < 0:
        one, other, tile = other, one, beside
    border, along = (tile[across] + 1) * side, 1 - across
    ends, starts = one.bounds[2 + across], other.bounds[across]
    if ends < border - _REACH or starts > border + _REACH:
        return False
    low = max(one.bounds[along], other.bounds[along])
    high = min(one.bounds[2 + along], other.bounds[2 + along])
    shorter = min(each.bounds[2 + along] - each.bounds[along] for each in (one, other))
    return high - low >= _COMMON * shorter


def _around(pieces: Sequence[Polygon]) -> Polygon:
    """Return the box around pieces: upright if all of them are."""
    if len(pieces) == 1:
        return pieces[0]
    whole = shapely.union_all(pieces)
    if all(shapely.equals(piece, piece.envelope) for piece in pieces):
        return cast(Polygon, whole.envelope)
    return cast(Polygon, whole.minimum_rotated_rectangle)
