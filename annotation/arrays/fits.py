"""What the newest fits say of a project's samples: probabilities and class maps in files, row = sample.

No torch here: web processes read them too. A caller that shows them hides waiting audits.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.vectors import Maps, folder_of
from annotation.models import Project

FITS_KEPT = 2


@dataclass(frozen=True)
class Fit:
    """What the newest fit says of every sample."""

    number: int  # of its round
    classes: tuple[int, ...]  # class codes [K]
    probabilities: NDArray[np.float16]  # [N, K], memory-mapped; zeros where nothing was predicted

    def best(self, index: int) -> tuple[int, float] | None:
        """Return a sample's most probable class code and its probability."""
        if index >= len(self.probabilities) or not self.probabilities[index].any():
            return None
        column = int(self.probabilities[index].argmax())
        return self.classes[column], float(self.probabilities[index, column])


def store_fit(project: Project, number: int, classes: Sequence[int], probabilities: NDArray[np.floating[Any]]) -> None:
    """Store the probabilities [N, K] of the fit behind round `number`, and drop the fits before the last."""
    home = folder_of(project) / "fits"
    home.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=home, prefix=".part-"))
    np.save(part / "probabilities.npy", probabilities.astype(np.float16))
    (part / "classes.json").write_text(json.dumps([int(code) for code in classes]))
    shutil.rmtree(home / str(number), ignore_errors=True)  # left by a round that was never committed
    os.replace(part, home / str(number))
    for old in sorted(_fit_numbers(home))[:-FITS_KEPT]:
        shutil.rmtree(home / str(old), ignore_errors=True)


def newest_fit(project: Project | int) -> Fit | None:
    """Return the newest fit, or None before the first."""
    home = folder_of(project) / "fits"
    for number in sorted(_fit_numbers(home), reverse=True):
        try:
            classes = tuple(json.loads((home / str(number) / "classes.json").read_text()))
            return Fit(number, classes, np.load(home / str(number) / "probabilities.npy", mmap_mode="r"))
        except FileNotFoundError:  # dropped in this moment, so there is a newer one
            continue
    return None


def predictions(project: Project | int, indices: Sequence[int]) -> list[tuple[int, float] | None]:
    """Return class code and confidence of the newest fit for each index."""
    fit = newest_fit(project)
    return [fit.best(index) if fit else None for index in indices]


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
    return [int(path.name) for path in home.glob("[0-9]*")]
