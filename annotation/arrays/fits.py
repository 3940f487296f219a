"""What the newest fits say of a project's samples: probabilities and class maps in files, row = sample.

No torch here: web processes read them too. A caller that shows them hides waiting audits.
"""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation import storage
from annotation.arrays.maps import Maps
from annotation.arrays.vectors import folder_of
from annotation.models import Project

FITS_KEPT = 2
PARTS = ("values.npy", "confidences.npy", "columns.json")  # the last one is there only once the others are


@dataclass(frozen=True)
class Kept:
    """What of a fit is kept for all rows, for maps, audits and insights to look at."""

    columns: tuple[int, ...]  # [C] class codes, or whatever the task names its columns by
    values: NDArray[np.floating[Any]]  # [N, C] such as probabilities; zeros where nothing was predicted
    confidences: NDArray[np.floating[Any]]  # [N] chance that what it says is right; 0 where it says nothing


@dataclass(frozen=True)
class Fit(Kept):
    """What the newest fit says of every sample, memory-mapped."""

    number: int  # of its round


def store_fit(project: Project, number: int, kept: Kept) -> None:
    """Store what is kept of the fit behind round `number`, and drop the fits before the last."""
    home = folder_of(project) / "fits"
    home.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=home, prefix=".part-"))
    try:
        np.save(part / "values.npy", kept.values)
        np.save(part / "confidences.npy", kept.confidences.astype(np.float16))
        (part / "columns.json").write_text(json.dumps([int(column) for column in kept.columns]))
        storage.remove(home / str(number))  # left by a round that was never committed
        os.replace(part, home / str(number))
        for name in PARTS:
            storage.keep(home / str(number) / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    for old in sorted(_fit_numbers(home))[:-FITS_KEPT]:
        storage.remove(home / str(old))


def newest_fit(project: Project | int) -> Fit | None:
    """Return the newest fit, or None before the first."""
    home = folder_of(project) / "fits"
    for number in sorted(_fit_numbers(home), reverse=True):
        try:
            folder = home / str(number)
            *arrays, told = (storage.fetch(folder / name) for name in PARTS)
            columns = tuple(json.loads(told.read_text()))
            values, confidences = (np.load(path, mmap_mode="r") for path in arrays)
            return Fit(columns, values, confidences, number)
        except FileNotFoundError:  # dropped in this moment, so there is a newer one
            continue
    return None


def live_maps(project: Project | int) -> Maps:
    """Return the class maps of the newest fits, uint8 at the encoder's stride."""
    return Maps(folder_of(project) / "live")


def live_class_map(project: Project | int, index: int, *, tile_px: int) -> NDArray[np.uint8] | None:
    """Return the newest class map of a sample at tile resolution [tile_px, tile_px], or None."""
    coarse = live_maps(project).read(index)
    return None if coarse is None else enlarge(coarse, tile_px)


def enlarge(classes: NDArray[np.uint8], tile_px: int) -> NDArray[np.uint8]:
    """Return a class map at the encoder's stride as one at tile resolution [tile_px, tile_px]."""
    stride = -(-tile_px // classes.shape[0])
    return np.kron(classes, np.ones((stride, stride), np.uint8))[:tile_px, :tile_px]


def _fit_numbers(home: Path) -> list[int]:
    return [int(name) for name in storage.folders(home) if name.isdecimal()]
