"""Gathering: shapes, and parts of images, are burnt into the tiles that they lie on, and speak when all are known."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from annotation.errors import BadAnswer
from annotation.imports.ground import Spot
from annotation.imports.images import Images
from annotation.imports.judging import Claim
from annotation.imports.objects import Objects
from annotation.imports.pooling import Part, Pool, packed, unpacked
from annotation.imports.rows import Fate
from annotation.imports.shapes import area_pixels, burn, on_lattice
from annotation.imports.terms import NOWHERE, Item, Samples, Terms, Unplaced
from annotation.tasks.told import Told

_SHORT = "It covers too little of any tile to name it."


class Gathering:
    """The shapes of one import, on the tiles."""

    def __init__(self, terms: Terms) -> None:
        """Begin with none."""
        self._terms, self._pool, self._images = terms, Pool(), Images(terms.project)
        self._objects = Objects(terms.ground, self._images)
        self._remarks: dict[int, tuple[Fate, str]] = {}  # of items, if they are in no label

    def takes(self, item: Item) -> bool:
        """Return whether an item is a shape, or a part of an image of which others speak, too."""
        return "shape" in item or bool(item.get("part"))

    def add(self, item: Item) -> None:
        """Burn an item into the tiles that it lies on.

        Raises:
            Unplaced: it lies on none, or its classes have no place.
            BadAnswer: its shape makes no sense.
        """
        code = self._code(item)
        if self._terms.task.names_objects:
            self._add_object(item, code)
            return
        burnt = list(self._burnt_shape(item) if "shape" in item else self._burnt_part(item))
        if not burnt:
            raise Unplaced(Fate.OUTSIDE, NOWHERE)
        number = self._pool.enter(str(item["at"]), item.get("source"))
        for spot, bits, is_point in burnt:
            self._pool.parts[spot].append(Part(number, code, bits, is_point, item.get("amount")))

    def _add_object(self, item: Item, code: int) -> None:
        """Lay the objects of an item on the tiles that they lie on, each as it is there."""
        laid = list(self._objects.shapes(item) if "shape" in item else self._objects.parts(item))
        if not laid:
            raise Unplaced(Fate.OUTSIDE, NOWHERE)
        number = self._pool.enter(str(item["at"]), item.get("source"))
        for spot, shape in laid:
            self._pool.parts[spot].append(Part(number, code, shape=shape))

    def _code(self, item: Item) -> int:
        keys = [*item.get("whole", ()), *(area["key"] for area in item.get("areas", ()))]
        codes = self._terms.codes(keys)
        if len(set(codes)) > 1:
            raise BadAnswer("One shape names several classes.")
        return codes[0] if codes else 0

    def _burnt_shape(self, item: Item) -> Iterator[tuple[Spot, Any, bool]]:
        for grid in self._terms.ground.mapped:
            if ends := self._terms.ground.ranges.get(grid.pk):
                spec = grid.spec()
                pixels = on_lattice(item["shape"], spec.affine, spec.crs)
                for spot, area in burn(pixels, grid, ends):
                    yield spot, packed(area), _is_point(pixels)
        yield from self._burnt_chips(item)

    def _burnt_chips(self, item: Item) -> Iterator[tuple[Spot, Any, bool]]:
        """Burn a shape into the ready-made chips that it lies on."""
        for spot in self._terms.ground.chips_at(item["shape"]):
            cell = self._terms.ground.cell(spot)
            area = area_pixels({"lonlat": item["shape"]}, cell, None)
            if area is not None and area.any():
                yield spot, packed(area), item["shape"].get("type") in ("Point", "MultiPoint")

    def _burnt_part(self, item: Item) -> Iterator[tuple[Spot, Any, bool]]:
        """Burn areas in the pixels of an image into the chip, or the scene, of that name."""
        ground = self._terms.ground
        if spot := ground.named(str(item["file"])):
            cell = ground.cell(spot)
            for area in item["areas"]:
                yield spot, packed(area_pixels(area, cell, item.get("size"))), False
            return
        scene = self._images.named(str(item["file"]))
        if scene is None:
            raise Unplaced(Fate.OUTSIDE, f"No tile or scene of the project is called {str(item['file'])[:120]!r}.")
        for area in item["areas"]:
            for shape in self._images.shapes_of(scene, area, item.get("size")):
                for place, bits in burn(shape, scene.grid, ground.ranges[scene.grid_id]):
                    yield place, packed(bits), False

    def batches(self, size: int) -> Iterator[list[tuple[Spot, list[Part]]]]:
        """Yield tiles with what lies on them, some at a time."""
        return self._pool.batches(size)

    def named(self, parts: list[Part]) -> str:
        """Return where what lies on a tile stands in the file."""
        return self._pool.named(parts)

    def claim(self, spot: Spot, parts: list[Part], samples: Samples) -> Claim:
        """Return what the shapes on a tile say of it together.

        Raises:
            Unplaced: they cover too little of it, or it has no sample.
            BadAnswer: they contradict each other.
        """
        place = samples.get((spot, self._terms.about({})))
        if place is None:
            self._remark(parts, Fate.OUTSIDE, NOWHERE)
            raise Unplaced(Fate.OUTSIDE, NOWHERE)
        try:
            heard = self._terms.hear(self._told(spot, parts))
        except Unplaced:
            self._remark(parts, Fate.SHORT, _SHORT)
            raise
        except BadAnswer:
            self._pool.used.update(part.item for part in parts)  # told of the tile
            raise
        self._pool.used.update(part.item for part in parts)
        return Claim(self._pool.named(parts), place, heard, self._pool.source(parts))

    def _told(self, spot: Spot, parts: list[Part]) -> Told:
        side = self._terms.side(spot)
        if self._terms.task.names_objects:
            shapes = [(part.code, part.shape, self._pool.score(part)) for part in parts if part.code and part.shape]
            return Told(side, shapes=shapes, cover=self._terms.cover)
        points = [part.code for part in parts if part.is_point and part.code]
        areas = [(part.code, unpacked(part.bits, side)) for part in parts if part.code]
        amounts = [(float(part.amount), _weight(part)) for part in parts if part.amount is not None]
        amount = None
        if amounts:
            values, weights = np.array(amounts).T
            amount = float(np.average(values, weights=weights))
        ground = self._terms.within(spot)
        return Told(side, whole=points, areas=areas, ground=ground, amount=amount, cover=self._terms.cover)

    def _remark(self, parts: list[Part], fate: Fate, message: str) -> None:
        for part in parts:
            if self._remarks.get(part.item, (Fate.OUTSIDE, ""))[0] == Fate.OUTSIDE:
                self._remarks[part.item] = fate, message

    def left(self) -> Iterator[tuple[str, Fate, str]]:
        """Yield place, fate and reason of the items that are in no label."""
        for item, name in enumerate(self._pool.names):
            if item not in self._pool.used:
                fate, message = self._remarks.get(item, (Fate.SHORT, _SHORT))
                yield name, fate, message


def _is_point(pixels: BaseGeometry) -> bool:
    return pixels.geom_type in ("Point", "MultiPoint")


def _weight(part: Part) -> float:
    return 1.0 if part.is_point or part.bits is None else float(np.unpackbits(part.bits).mean()) or 1e-9
