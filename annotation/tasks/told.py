"""Told: what a file says of one tile, before a kind of label makes an answer of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from annotation.tasks.content import Content

Spoken = tuple[int, tuple[int, ...], tuple[int, ...], bool]
Pixels = NDArray[np.bool_]  # [side, side]


class Cover(StrEnum):
    """How much of a tile areas of a class must cover to name it."""

    MAJORITY = "majority"  # more than half
    FULL = "full"  # all of it


_LEAST = {Cover.MAJORITY: 0.5, Cover.FULL: 0.999}  # of the tile's pixels; a rim may be cut by rounding


@dataclass(frozen=True)
class Told:
    """What a file says of one tile, in codes of the project."""

    side: int  # px of the tile
    whole: Sequence[int] = ()  # classes of the tile as a whole, or of points in it
    unsure: Sequence[int] = ()
    none: bool = False  # it was said that no class applies
    areas: Sequence[tuple[int, Pixels | None]] = ()  # in the order in which they lie on each other; None: all of it
    drawn: Sequence[Mapping[str, Any]] = ()  # shapes as labels keep them, of which the areas are the pixels
    ground: Pixels | None = None  # where there is no padding; None: everywhere
    objects: Sequence[Mapping[str, Any]] | None = None  # boxes or points, as values have them
    shapes: Sequence[tuple[int, BaseGeometry, float | None]] = ()  # in pixels of the tile, with scores
    amount: Any = None
    uncertainty: Any = None
    unit: Any = None
    cover: Cover = Cover.MAJORITY

    @property
    def spoken(self) -> Spoken | None:
        """Return what tells an answer without areas and amounts, which many tiles share; None for others."""
        if self.areas or self.shapes or self.objects is not None or self.amount is not None:
            return None
        return self.side, tuple(self.whole), tuple(self.unsure), self.none

    def mask(self) -> NDArray[np.uint8]:
        """Return the class codes of the pixels, 0 where nothing is said."""
        mask = np.zeros((self.side, self.side), np.uint8)
        for code, pixels in self.areas:
            mask[... if pixels is None else pixels] = code
        if not self.areas and len(self.whole) == 1:
            mask[...] = self.whole[0]
        if self.ground is not None:
            mask[~self.ground] = 0
        return mask

    def shares(self) -> dict[int, float]:
        """Return which share of the tile each class covers."""
        mask = self.mask()
        ground = mask if self.ground is None else mask[self.ground]
        codes, counts = np.unique(ground[ground > 0], return_counts=True)
        return dict(zip(codes.tolist(), (counts / max(ground.size, 1)).tolist(), strict=True))

    def suffices(self, share: float) -> bool:
        """Return whether a class that covers this share names the tile."""
        return share > _LEAST[self.cover]


@dataclass(frozen=True)
class Heard:
    """What a kind of label makes of it."""

    content: Content
    share: float | None = None  # of the tile, that areas of the class cover

    @cached_property
    def text(self) -> str:
        """Return the value as JSON."""
        return json.dumps(self.content.value, sort_keys=True)
