"""Shapes that a clicker is after: water, buildings, crowns of trees and pieces of land cover, each on its tile."""

import csv
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.features import rasterize
from scipy import ndimage

from mlcore.benchmarks.datasets import floods, houston
from mlcore.benchmarks.datasets.dataset import DataAbsent
from mlcore.samples import Chip
from mlcore.sensors import get_sensor

Mask = NDArray[np.bool_]  # [H, W]

_LEAST_PX = 60
_MOST_SHARE = 0.8  # of a tile
_MOST_A_SET = 60  # targets of each half, drawn at random


@dataclass(frozen=True)
class Target:
    """A shape on a tile."""

    name: str  # of its tile: targets of one tile share their preparation
    chips: tuple[Chip, ...]
    shape: Mask
    known: Mask  # where anybody knows; elsewhere nothing is clicked or counted
    chosen_on: bool  # whether parameters were chosen on it, or it is reported


def _floods(root: Path) -> Iterator[Target]:
    radar, optical, truth = floods.read_chips(root)
    for name, at, parity in _tiles(truth.shape, 128):
        chips = tuple(_cut(chip, at) for chip in (optical, radar))
        yield Target(name, chips, truth[at] == 1, truth[at] >= 0, parity == 0)


def _buildings(root: Path) -> Iterator[Target]:
    folder = root / "spacenet_samples"
    picture, outlines = folder / "sample_geotiff.tif", folder / "geotiff_labels.geojson"
    if not (picture.is_file() and outlines.is_file()):
        raise DataAbsent(f"{folder} doesn't hold {picture.name} and {outlines.name}.")
    with rasterio.open(picture) as file:
        pixels, transform = file.read().astype(np.float32), file.transform
    features = json.loads(outlines.read_text())["features"]
    shapes = [(feature["geometry"], number) for number, feature in enumerate(features, start=1)]
    numbers = rasterize(shapes, pixels.shape[1:], transform=transform, dtype="int32")
    chip = Chip(pixels, pixels[0] > 0, get_sensor("pan"))
    yield from _numbered("atlanta", chip, numbers, 150)


def _crowns(root: Path) -> Iterator[Target]:
    folder = root / "neon_trees"
    plots = {
        "deepforest/OSBS_029.tif": (_boxes_of_table, "deepforest/OSBS_029.csv"),
        "deepforest/2018_SJER_3_252000_4107000_image_477.tif": (
            _boxes_of_table,
            "deepforest/2018_SJER_3_252000_4107000_image_477_truth.csv",
        ),
        "SJER_JERC/SJER_052.tif": (_boxes_of_document, "SJER_JERC/SJER_052.xml"),
    }
    for number, (picture, (read, boxes)) in enumerate(plots.items()):
        if not (folder / picture).is_file():
            raise DataAbsent(f"{folder / picture} is not there.")
        with rasterio.open(folder / picture) as file:
            pixels = file.read().astype(np.float32)
        chip = Chip(pixels, np.ones(pixels.shape[1:], bool), get_sensor("rgb"))
        crowns = np.zeros(pixels.shape[1:], np.int32)
        for crown, (left, top, right, bottom) in enumerate(read(folder / boxes), start=1):
            y, x = np.mgrid[: crowns.shape[0], : crowns.shape[1]] + 0.5
            across, down = (x - (left + right) / 2) / (right - left), (y - (top + bottom) / 2) / (bottom - top)
            crowns[np.square(across) + np.square(down) <= 0.25] = crown
        for target in _numbered(picture, chip, crowns, 200):
            yield replace(target, chosen_on=number == 0)


def _covers(root: Path) -> Iterator[Target]:
    layers, truth = houston.read_layers(root)
    numbers = np.zeros(truth.shape, np.int32)
    for code in range(1, int(truth.max()) + 1):
        pieces, count = ndimage.label(truth == code)
        numbers[pieces > 0] = pieces[pieces > 0] + numbers.max()
    yield from (
        replace(target, known=truth[at] > 0) for target, at in _placed("houston", layers["rgb"].chip, numbers, 128)
    )


SETS: dict[str, tuple[str, Callable[[Path], Iterator[Target]]]] = {
    "water": ("Sen1Floods11 Spain, water of a tile of 128 px, Sentinel-1 and 2", _floods),
    "buildings": ("SpaceNet Atlanta, buildings, panchromatic 0.5 m, tiles of 150 px", _buildings),
    "crowns": ("NEON, crowns of trees, RGB 0.1 m, tiles of 200 px", _crowns),
    "covers": ("Houston 2018, pieces of land cover, RGB 0.25 m, tiles of 128 px", _covers),
}


def targets_of(name: str, root: Path) -> list[Target]:
    """Return the targets of a set that are large enough to be clicked, at most 60 of each half."""
    usable = [target for target in SETS[name][1](root) if _is_usable(target)]
    kept = []
    for chosen_on in (True, False):
        half = [target for target in usable if target.chosen_on == chosen_on]
        some = np.sort(np.random.default_rng(0).permutation(len(half))[:_MOST_A_SET])
        kept += [half[at] for at in some]
    return kept


def _is_usable(target: Target) -> bool:
    inside, known = int((target.shape & target.known).sum()), int(target.known.sum())
    return inside >= _LEAST_PX and inside <= _MOST_SHARE * known


def _numbered(name: str, chip: Chip, numbers: NDArray[np.int32], side: int) -> Iterator[Target]:
    return (target for target, _ in _placed(name, chip, numbers, side))


def _placed(
    name: str, chip: Chip, numbers: NDArray[np.int32], side: int
) -> Iterator[tuple[Target, tuple[slice, slice]]]:
    """Yield each numbered object in the tiles that hold nearly all of it, or a large part where none does."""
    sizes = np.bincount(numbers.ravel())
    for place, at, parity in _tiles(numbers.shape, side):
        here = np.bincount(numbers[at].ravel(), minlength=len(sizes))
        for number in np.flatnonzero(here[1:]) + 1:
            if here[number] >= min(0.9 * sizes[number], 0.1 * side * side):
                cut = _cut(chip, at)
                yield Target(f"{name}-{place}", (cut,), numbers[at] == number, cut.mask, parity == 0), at


def _tiles(shape: tuple[int, ...], side: int) -> Iterator[tuple[str, tuple[slice, slice], int]]:
    for row in range(shape[0] // side):
        for column in range(shape[1] // side):
            at = (slice(row * side, (row + 1) * side), slice(column * side, (column + 1) * side))
            yield f"r{row}-c{column}", at, (row + column) % 2


def _cut(chip: Chip, at: tuple[slice, slice]) -> Chip:
    return replace(chip, pixels=chip.pixels[:, *at], mask=chip.mask[at])


def _boxes_of_table(path: Path) -> list[tuple[float, ...]]:
    with path.open() as file:
        return [tuple(float(row[name]) for name in ("xmin", "ymin", "xmax", "ymax")) for row in csv.DictReader(file)]


def _boxes_of_document(path: Path) -> list[tuple[float, ...]]:
    boxes = ElementTree.parse(path).iter("bndbox")  # noqa: S314 - our own file
    return [tuple(float(box.findtext(name, "0")) for name in ("xmin", "ymin", "xmax", "ymax")) for box in boxes]
