"""Pictures with a class for each pixel, cut into the tiles that people paint; half of the tiles are never painted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.benchmarks.datasets import enmap, floods, houston
from mlcore.samples import Chip

Mask = NDArray[np.uint8]
_LEAST_OF_A_HALF_PX = 20


@dataclass(frozen=True)
class Tile:
    """What somebody sees at once."""

    chip: Chip
    truth: Mask  # class codes [H, W], 0 where nobody knows
    parity: int  # of row plus column: tiles of one parity are painted, those of the other tested


@dataclass(frozen=True)
class Picture:
    """A scene in tiles."""

    name: str
    title: str
    tiles: list[Tile]


def _houston_rgb(root: Path) -> Picture:
    layers, truth = houston.read_layers(root)
    tiles = _cut(layers["rgb"].chip, truth.astype(np.uint8), 64, least=1500)
    return Picture("houston-rgb", "Houston 2018, RGB, tiles of 64 px", list(tiles))


def _houston_hsi(root: Path) -> Picture:
    layers, fine = houston.read_layers(root)
    counts = houston.count_classes(fine, houston.SCALE)[1:]
    truth = np.where(counts.max(0) >= houston.LEAST_LABELLED, counts.argmax(0) + 1, 0).astype(np.uint8)
    tiles = _cut(layers["hsi"].chip, truth, 32, least=100)
    return Picture("houston-hsi", "Houston 2018, 48 bands, tiles of 32 px", list(tiles))


def _floods_radar(root: Path) -> Picture:
    radar, _, truth = floods.read_chips(root)
    return Picture("floods-s1", "Sen1Floods11 Spain, Sentinel-1", list(_cut(radar, (truth + 1).astype(np.uint8), 64)))


def _floods_optical(root: Path) -> Picture:
    _, optical, truth = floods.read_chips(root)
    return Picture("floods-s2", "Sen1Floods11 Spain, Sentinel-2", list(_cut(optical, (truth + 1).astype(np.uint8), 64)))


def _enmap(root: Path) -> Picture:
    tiles = []
    for tile in enmap.read_tiles(root):
        row, column = (round(place / tile.truth.shape[0]) for place in tile.corner)
        tiles.append(Tile(tile.chip, np.where(tile.chip.mask, tile.truth, 0).astype(np.uint8), (row + column) % 2))
    return Picture("enmap", "EnMAP Potsdam, 218 bands, tiles of 32 px", _of_both(tiles))


PICTURES: dict[str, Callable[[Path], Picture]] = {
    "houston-rgb": _houston_rgb,
    "houston-hsi": _houston_hsi,
    "enmap": _enmap,
    "floods-s1": _floods_radar,
    "floods-s2": _floods_optical,
}


def _cut(chip: Chip, truth: Mask, side: int, *, least: int = 0) -> Iterator[Tile]:
    """Cut a scene into tiles; classes of fewer px than `least` are not asked about: both halves must have some."""
    known = np.where(np.bincount(truth.ravel(), minlength=256)[truth] >= least, truth, 0).astype(np.uint8)
    for row in range(truth.shape[0] // side):
        for column in range(truth.shape[1] // side):
            at = (slice(row * side, (row + 1) * side), slice(column * side, (column + 1) * side))
            cut = replace(chip, pixels=chip.pixels[:, *at], mask=chip.mask[at])
            yield Tile(cut, np.where(cut.mask, known[at], 0).astype(np.uint8), (row + column) % 2)


def _of_both(tiles: list[Tile]) -> list[Tile]:
    """Return the tiles with the classes alone that have enough pixels in both halves."""
    counts = np.zeros((2, 256), np.int64)
    for tile in tiles:
        counts[tile.parity] += np.bincount(tile.truth.ravel(), minlength=256)
    kept = counts.min(0) >= _LEAST_OF_A_HALF_PX
    return [replace(tile, truth=np.where(kept[tile.truth], tile.truth, 0).astype(np.uint8)) for tile in tiles]


def dab(tiles: list[Tile], dabs: int, rng: np.random.Generator, *, brush: int = 5) -> list[Mask]:
    """Return masks of tiles on which `dabs` places of each class were touched with a square brush that keeps to it."""
    masks, reach = [np.zeros_like(tile.truth) for tile in tiles], brush // 2
    for code in sorted({int(code) for tile in tiles for code in np.unique(tile.truth)} - {0}):
        places = [(at, y, x) for at, tile in enumerate(tiles) for y, x in zip(*np.nonzero(tile.truth == code))]  # noqa: B905
        for chosen in rng.permutation(len(places))[:dabs]:
            at, y, x = places[chosen]
            near = (slice(max(0, y - reach), y + reach + 1), slice(max(0, x - reach), x + reach + 1))
            masks[at][near][tiles[at].truth[near] == code] = code
    return masks
