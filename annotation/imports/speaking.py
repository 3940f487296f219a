"""Speaking: an item that speaks of one tile: which, and what it says of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotation.imports.ground import Ground, Spot
from annotation.imports.rows import Fate
from annotation.imports.shapes import area_pixels
from annotation.imports.terms import NOWHERE, Item, Terms, Unplaced
from annotation.tasks.told import Told


def spot_of(item: Item, ground: Ground) -> Spot:
    """Return the tile that an item speaks of, where its outline has not told it.

    Raises:
        Unplaced: there is none.
        BadAnswer: there are several of its name.
    """
    spot = None
    if tile := item.get("tile"):
        spot = _of_own(tile, ground)
    elif "file" in item:
        spot = ground.named(str(item["file"]))
        if spot is None:
            raise Unplaced(Fate.OUTSIDE, f"No tile of the project is called {str(item['file'])[:120]!r}.")
    elif "cell" in item:
        spot = Spot(*item["cell"])
    if spot is None:
        raise Unplaced(Fate.OUTSIDE, NOWHERE)
    return spot


def _of_own(tile: Mapping[str, Any], ground: Ground) -> Spot | None:
    """Return the tile that an export of ours names: a chip by its path, else a cell of a scene without a place."""
    if files := tile.get("tile_files"):
        return ground.named(str(tile.get("tile_name") or ""), *map(str, files))
    if tile.get("outline"):
        return None
    grid = ground.flat(source=str(tile.get("source", "")), name=str(tile.get("scene", "")))
    return Spot(grid, int(tile["column"]), int(tile["row"])) if grid else None


def speaks(item: Item, spot: Spot, terms: Terms) -> Told:
    """Return what an item says of a tile, in our codes.

    Raises:
        Unplaced: its classes have no place.
        BadAnswer: an area makes no sense.
    """
    side = terms.side(spot)
    whole, unsure = terms.codes(item.get("whole", ())), terms.codes(item.get("unsure", ()))
    told: dict[str, Any] = {name: item.get(name) for name in ("amount", "uncertainty", "unit")}
    if item.get("objects") is not None:
        return Told(side, none=bool(item.get("none")), objects=_objects(item, terms), cover=terms.cover)
    if not item.get("areas"):
        return Told(side, whole, unsure, none=bool(item.get("none")), cover=terms.cover, **told)
    codes = terms.codes([area["key"] for area in item["areas"]], keep=True)
    cell = terms.ground.cell(spot)
    pairs = zip(codes, item["areas"], strict=True)
    areas = [(code, area_pixels(area, cell, item.get("size"))) for code, area in pairs if code]
    drawn = _drawn(item.get("drawn", ()), terms)
    return Told(side, whole, unsure, areas=areas, drawn=drawn, ground=terms.within(spot), cover=terms.cover, **told)


def _drawn(shapes: Sequence[Mapping[str, Any]], terms: Terms) -> list[dict[str, Any]]:
    """Return shapes of an export of ours in our codes; those of classes that are left out are left out."""
    codes = terms.codes([shape["key"] for shape in shapes], keep=True) if shapes else []
    pairs = zip(codes, shapes, strict=True)
    return [{"class": code, "polygon": shape["polygon"]} for code, shape in pairs if code]


def _objects(item: Item, terms: Terms) -> list[dict[str, Any]]:
    """Return boxes or points in our codes, without those whose class is left out."""
    codes = terms.codes([each["class"] for each in item["objects"]], keep=True)
    return [{**each, "class": code} for code, each in zip(codes, item["objects"], strict=True) if code]
