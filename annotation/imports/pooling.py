"""Pooling: shapes gather on the tiles that they lie on, and each tile then says what it heard of all of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from annotation.imports.ground import Spot

Bits = NDArray[np.uint8]


@dataclass(frozen=True)
class Part:
    """What one item says of one tile."""

    item: int  # number of the item in the pool
    code: int  # of the class; 0 where it names none
    bits: Bits | None = None  # packed pixels; None: the whole tile
    is_point: bool = False
    amount: Any = None
    shape: BaseGeometry | None = None  # of an object, in pixels of the tile


@dataclass
class Pool:
    """Parts by tile, and the items that they come from."""

    parts: dict[Spot, list[Part]] = field(default_factory=lambda: defaultdict(list))
    names: list[str] = field(default_factory=list)  # where each item stands in the file
    sources: list[Any] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # items that are in some tile's label

    def enter(self, at: str, source: Any) -> int:
        """Enter an item and return its number."""
        self.names.append(at)
        self.sources.append(source)
        return len(self.names) - 1

    def batches(self, size: int) -> Iterator[list[tuple[Spot, list[Part]]]]:
        """Yield the tiles with their parts, some at a time."""
        rest = iter(self.parts.items())
        while batch := list(islice(rest, size)):
            yield batch

    def named(self, parts: list[Part]) -> str:
        """Return where what was said of a tile stands in the file."""
        items = list(dict.fromkeys(part.item for part in parts))
        more = f" and {len(items) - 1} more" if len(items) > 1 else ""
        return self.names[items[0]] + more

    def score(self, part: Part) -> float | None:
        """Return how sure the file says that an object is there, 0..1; None where it does not say."""
        told = self.sources[part.item]
        score = told.get("confidence") if isinstance(told, dict) else None
        return float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None

    def source(self, parts: list[Part]) -> dict[str, Any]:
        """Return who said it: the first, and how many items there were."""
        items = dict.fromkeys(part.item for part in parts)
        told = self.sources[next(iter(items))]
        return {**(told if isinstance(told, dict) else {}), "items": len(items)}


def packed(area: NDArray[np.bool_] | None) -> Bits | None:
    """Return pixels as bits: a hundred thousand shapes must fit into memory."""
    return None if area is None else np.packbits(area)


def unpacked(bits: Bits | None, side: int) -> NDArray[np.bool_] | None:
    """Return bits as pixels [side, side]."""
    return None if bits is None else np.unpackbits(bits, count=side * side).reshape(side, side).astype(np.bool_)
