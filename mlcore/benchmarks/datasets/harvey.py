"""Hurricane Harvey (RGB tiles of 128 x 128 px, about 0.5 m, around one building): damaged or not.

The label equals the acquisition date (undamaged tiles were taken before the storm): a model may tell the dates apart
by light and season instead of seeing damage. Dates are kept from every row; figures compare rows and promise nothing.
"""

import csv
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Places, Rows, Task, digest_of
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor

FOLDER = Path("harvey_damage")
SIDE_PX, GSD_M = 128, 0.5
BLOCK_M = 2000.0
_MOST = 1200
_BETWEEN_LON = -95.45  # degrees: the damaged regions lie on both sides
_METRES_A_DEGREE = 111_320.0


def load(root: Path) -> DataSet:
    """Return a fixed random part of the tiles; blocks are 2 km wide, tiles 64 m."""
    rows = _rows(root)
    return _dataset(root, "harvey", "Harvey damage", [rows[index] for index in _drawn(rows)])


def load_east(root: Path) -> DataSet:
    """Return some of the tiles east of the gap between the two regions, none of them in `load`."""
    return _region(root, "harvey-east", "Harvey damage, east", east=True)


def load_west(root: Path) -> DataSet:
    """Return some of the tiles west of that gap, none of them in `load`."""
    return _region(root, "harvey-west", "Harvey damage, west", east=False)


def _region(root: Path, name: str, title: str, *, east: bool) -> DataSet:
    rows = _rows(root)
    known = set(_drawn(rows).tolist())
    there = [i for i, row in enumerate(rows) if i not in known and (float(row["lon"]) > _BETWEEN_LON) == east]
    some = np.sort(np.random.default_rng(1).permutation(there)[:_MOST])
    return _dataset(root, name, title, [rows[index] for index in some])


def _drawn(rows: list[dict[str, str]]) -> Rows:
    return np.sort(np.random.default_rng(0).permutation(len(rows))[:_MOST])


def _rows(root: Path) -> list[dict[str, str]]:
    manifest, archive = root / FOLDER / "manifest.csv", root / FOLDER / "harvey_tiles.tar"
    if not (manifest.is_file() and archive.is_file()):
        raise DataAbsent(f"{root / FOLDER} doesn't hold manifest.csv and harvey_tiles.tar.")
    with manifest.open(newline="") as file:
        return list(csv.DictReader(file))


def _dataset(root: Path, name: str, title: str, picked: list[dict[str, str]]) -> DataSet:
    tiles = _pixels(root / FOLDER / "harvey_tiles.tar", [row["path"] for row in picked])
    lonlat = np.array([(float(row["lon"]), float(row["lat"])) for row in picked])
    targets = np.array([row["label"] == "damage" for row in picked], np.int64)
    east = lonlat[:, 0] * np.cos(np.radians(lonlat[:, 1].mean())) * _METRES_A_DEGREE
    return DataSet(
        name,
        title,
        Task.CLASSES,
        targets,
        Places(lonlat[:, 1] * _METRES_A_DEGREE, east, SIDE_PX * GSD_M, BLOCK_M),
        {"rgb": _Tiles(tiles, lonlat)},
        (5, 10, 20, 50),
        digest_of(targets, lonlat, tiles),
        files=("harvey_tiles.tar",),
        licence="Maxar Open Data, CC BY-NC 4.0; Cao and Choe 2020",
        note="the label equals the acquisition date",
        centred=False,
    )


def _pixels(archive: Path, names: list[str]) -> NDArray[np.uint8]:
    pixels = np.empty((len(names), 3, SIDE_PX, SIDE_PX), np.uint8)
    with tarfile.open(archive) as tar:
        for index, name in enumerate(names):
            member = tar.extractfile(name)
            if member is None:
                raise DataAbsent(f"{archive.name} has no tile {name}.")
            pixels[index] = np.asarray(Image.open(io.BytesIO(member.read())).convert("RGB")).transpose(2, 0, 1)
    return pixels


class _Tiles:
    """Cuts samples from decoded tiles."""

    def __init__(self, tiles: NDArray[np.uint8], lonlat: NDArray[np.float64]) -> None:
        self.tiles, self.lonlat = tiles, lonlat
        self.sensor = replace(get_sensor("rgb"), gsd_m=GSD_M)

    def __call__(self, rows: Rows) -> list[Sample]:
        mask = np.ones((SIDE_PX, SIDE_PX), bool)
        return [
            Sample(
                (Chip(self.tiles[row].astype(np.float32), mask, self.sensor),),
                place=(float(self.lonlat[row, 0]), float(self.lonlat[row, 1])),
            )
            for row in rows
        ]
