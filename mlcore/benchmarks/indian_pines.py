"""Indian Pines (AVIRIS, 145 x 145 px, 200 bands, 16 classes): the scene, its patches and honest splits.

The cube comes with the wheel `tensorly`, installed with --no-deps as sample data; nothing is downloaded here.
"""

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import UnreadableRaster
from mlcore.samples import Chip, Sample
from mlcore.sensors import Quantity, Sensor, spectrometer

PATCH_PX = 9
BLOCK_PX = 12
GUARD_PX = PATCH_PX // 2  # on both sides of a block's edge: no patch of one half shows a pixel of the other
_FOLDER = Path("tensorly/datasets/data")
# The 220 channels span 400-2500 nm; those in water vapour, and the last, were taken out of the corrected cube.
_REMOVED = (*range(103, 108), *range(149, 163), 219)


@dataclass(frozen=True)
class IndianPines:
    """The scene and its labelled pixels."""

    cube: NDArray[np.float32]  # [200, 145, 145]
    rows: NDArray[np.int64]  # [N] of the labelled pixels
    columns: NDArray[np.int64]  # [N]
    labels: NDArray[np.int64]  # [N], 1..16
    sensor: Sensor

    def scene(self) -> Chip:
        """Return the whole scene as one chip, without labels."""
        return Chip(self.cube, np.ones(self.cube.shape[1:], bool), self.sensor)

    def samples(self) -> list[Sample]:
        """Return the patch around each labelled pixel, mirrored at the scene's edge."""
        reach, side = PATCH_PX // 2, PATCH_PX
        padded = np.pad(self.cube, ((0, 0), (reach, reach), (reach, reach)), mode="reflect")
        mask = np.ones((side, side), bool)
        return [
            Sample((Chip(padded[:, row : row + side, column : column + side], mask, self.sensor),))
            for row, column in zip(self.rows, self.columns, strict=True)
        ]


def load(folder: Path | None = None) -> IndianPines:
    """Read the scene from a folder, the sample folder (TERRASCRIBE_SAMPLES), or the installed wheel.

    Raises:
        UnreadableRaster: it is nowhere; the message says how to get it.
    """
    for place in _places(folder):
        if (place / "Indian_pines_corrected.npy").is_file():
            cube = np.load(place / "Indian_pines_corrected.npy", allow_pickle=False).astype(np.float32)
            truth = np.load(place / "Indian_pines_gt.npy", allow_pickle=False)
            rows, columns = np.nonzero(truth)
            return IndianPines(
                np.ascontiguousarray(cube.transpose(2, 0, 1)), rows, columns, truth[rows, columns].astype(int), sensor()
            )
    raise UnreadableRaster(
        "Indian Pines was not found. Install it as sample data with "
        "`pip install --no-deps --target var/samples tensorly`, or name its folder with --data."
    )


def _places(folder: Path | None) -> list[Path]:
    if folder is not None:
        return [folder, folder / _FOLDER]
    places = [Path(os.environ.get("TERRASCRIBE_SAMPLES", "var/samples")) / _FOLDER]
    found = find_spec("tensorly")
    return places + ([Path(found.origin).parent / "datasets/data"] if found and found.origin else [])


def sensor() -> Sensor:
    """Return AVIRIS with the 200 channels that are left."""
    centres = np.delete(np.linspace(400, 2500, 220), _REMOVED)
    made = spectrometer(list(centres), code="aviris-indian-pines", title="AVIRIS")
    return Sensor(made.code, made.title, made.bands, made.modality, 20.0, Quantity.RADIANCE, made.composites)


def split(data: IndianPines, kind: str, per_class: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows to train on, at most `per_class` of each class, and rows to test on.

    'random' draws pixels anywhere, as most papers do: neighbours of test pixels are trained on. 'block' trains on
    the black and tests on the white fields of a checkerboard, with a guard around each field.
    """
    rng = np.random.default_rng(seed)
    pool, test = _halves(data, rng) if kind == "block" else (np.ones(len(data.labels), bool),) * 2
    train = []
    for code in np.unique(data.labels[pool]):
        members = np.flatnonzero(pool & (data.labels == code))
        most = len(members) if kind == "block" else len(members) // 2
        train.append(rng.choice(members, min(per_class, most), replace=False))
    chosen = np.sort(np.concatenate(train))
    left = test & np.isin(data.labels, data.labels[chosen])
    left[chosen] = False
    return chosen, np.flatnonzero(left)


def _halves(data: IndianPines, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    down, across = rng.integers(0, 2 * BLOCK_PX, 2)
    y, x = data.rows + down, data.columns + across
    inside = np.minimum.reduce([y % BLOCK_PX, BLOCK_PX - 1 - y % BLOCK_PX, x % BLOCK_PX, BLOCK_PX - 1 - x % BLOCK_PX])
    black = (y // BLOCK_PX + x // BLOCK_PX) % 2 == 0
    return black & (inside >= GUARD_PX), ~black & (inside >= GUARD_PX)
