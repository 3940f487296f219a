"""Indian Pines (AVIRIS, 145 x 145 px, 200 bands, 16 classes), with the labels of the wheel `tensorly`.

The wheel is installed with --no-deps as sample data; nothing is downloaded here.
"""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Layer, Patches, Task, digest_of, samples_root
from mlcore.samples import Chip
from mlcore.sensors import Quantity, Sensor, spectrometer

SIDE_PX = 9
BLOCK_PX = 12
_FOLDER = Path("tensorly/datasets/data")
_CUBE, _TRUTH = "Indian_pines_corrected.npy", "Indian_pines_gt.npy"
# The 220 channels span 400-2500 nm; those in water vapour, and the last, were taken out of the corrected cube.
_REMOVED = (*range(103, 108), *range(149, 163), 219)


def load(root: Path) -> DataSet:
    """Return every labelled pixel with the 9 x 9 px around it.

    Raises:
        DataAbsent: it is nowhere; the message says how to get it.
    """
    folder = _folder(root)
    cube = np.load(folder / _CUBE, allow_pickle=False).astype(np.float32)
    truth = np.load(folder / _TRUTH, allow_pickle=False)
    row, column = np.nonzero(truth)
    targets = truth[row, column].astype(np.int64)
    pixels = np.ascontiguousarray(cube.transpose(2, 0, 1))
    chip = Chip(pixels, np.ones(truth.shape, bool), sensor())
    cut = Patches([[Layer(chip)]], (np.zeros(len(row), np.int64), row, column), SIDE_PX)
    return DataSet(
        "indian-pines",
        "Indian Pines",
        Task.CLASSES,
        targets,
        cut.places(BLOCK_PX),
        {"hsi": cut},
        (5, 10, 20, 50),
        digest_of(pixels, targets, row, column),
        scenes={"hsi": (chip,)},
        files=(_CUBE,),
        licence="Purdue University, open",
        note="labels of the tensorly wheel (10,249 px): not the masks that papers share",
    )


def _folder(root: Path) -> Path:
    package = find_spec("tensorly")
    places = [root, root / _FOLDER, samples_root() / _FOLDER]
    places += [Path(package.origin).parent / "datasets/data"] if package and package.origin else []
    for place in places:
        if (place / _CUBE).is_file():
            return place
    raise DataAbsent(
        "Indian Pines was not found. Install it as sample data with "
        "`pip install --no-deps --target var/samples tensorly`, or name its folder with --data."
    )


def sensor() -> Sensor:
    """Return AVIRIS with the 200 channels that are left."""
    centres = np.delete(np.linspace(400, 2500, 220), _REMOVED)
    made = spectrometer(list(centres), code="aviris-indian-pines", title="AVIRIS")
    return replace(made, gsd_m=20.0, quantity=Quantity.RADIANCE)
