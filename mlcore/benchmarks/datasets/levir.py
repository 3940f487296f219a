"""LEVIR-CD (RGB pairs of 256 x 256 px, 0.5 m): was something built in a window of 32 x 32 px."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Layer, Patches, Places, Task, digest_of
from mlcore.samples import Chip
from mlcore.sensors import Sensor, get_sensor

FOLDER = Path("levir_cd_samples")
SIDE_PX, _STEP_PX = 32, 16
_MUCH, _NOTHING = 0.2, 0.01  # of a window: windows between the two are left out
_FIELD_PX = 1024  # one pair a field, so that whole pairs are kept apart
_ACROSS = 3

Ints = NDArray[np.int64]


def load(root: Path) -> DataSet:
    """Return windows in which much changed, or nothing; whole pairs are kept apart.

    Raises:
        DataAbsent: there are no pairs.
    """
    files = sorted(path.name for path in (root / FOLDER / "label").glob("*.png"))
    if not files:
        raise DataAbsent(f"{root / FOLDER} holds no pairs with labels.")
    sensor = replace(get_sensor("rgb"), gsd_m=0.5)
    layers = [[Layer(_chip(root / FOLDER / side / name, sensor)) for side in ("A", "B")] for name in files]
    scene, row, column, share = _windows([_changed(root / FOLDER / "label" / name) for name in files])
    kept = (share >= _MUCH) | (share <= _NOTHING)
    scene, row, column = scene[kept], row[kept], column[kept]
    targets = (share[kept] >= _MUCH).astype(np.int64)
    cut = Patches(layers, (scene, row, column), SIDE_PX)
    down, across = np.divmod(scene, _ACROSS)
    places = Places(row + down * _FIELD_PX + 0.0, column + across * _FIELD_PX + 0.0, SIDE_PX, _FIELD_PX)
    return DataSet(
        "levir",
        "LEVIR-CD buildings",
        Task.CHANGE,
        targets,
        places,
        {"rgb": cut},
        (5, 20),
        digest_of(targets, scene, row, column, *(layer.chip.pixels for pair in layers for layer in pair)),
        files=tuple(files),
        licence="LEVIR-CD, Chen & Shi 2020: academic use",
        note="eight pairs: layouts differ much; score: macro F1",
        centred=False,
    )


def _chip(path: Path, sensor: Sensor) -> Chip:
    pixels = np.asarray(Image.open(path).convert("RGB"), np.float32).transpose(2, 0, 1)
    return Chip(np.ascontiguousarray(pixels), np.ones(pixels.shape[1:], bool), sensor)


def _changed(path: Path) -> NDArray[np.bool_]:
    return np.asarray(Image.open(path).convert("L")) > 0


def _windows(changed: list[NDArray[np.bool_]]) -> tuple[Ints, Ints, Ints, NDArray[np.float64]]:
    """Return scene, row and column of the middle of each window, and the share of it that changed."""
    half, windows = SIDE_PX // 2, list[tuple[float, ...]]()
    for scene, mask in enumerate(changed):
        for top in range(0, mask.shape[0] - SIDE_PX + 1, _STEP_PX):
            for left in range(0, mask.shape[1] - SIDE_PX + 1, _STEP_PX):
                share = mask[top : top + SIDE_PX, left : left + SIDE_PX].mean()
                windows.append((scene, top + half, left + half, share))
    table = np.array(windows)
    scene, row, column = table[:, :3].astype(np.int64).T
    return scene, row, column, table[:, 3]
