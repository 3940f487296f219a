"""Jasper Ridge (AVIRIS, 100 x 100 px, 198 bands): tree, water, soil or road, whichever covers most of a pixel.

The labels are the largest of published reference abundances, so they are cleaner than those from the field.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.io import loadmat

from mlcore.benchmarks.datasets.dataset import DataAbsent, DataSet, Layer, Patches, Task, digest_of
from mlcore.samples import Chip
from mlcore.sensors import Quantity, spectrometer

FILE = Path("jasper_ridge/jasperRidge2_R198.mat")
SIDE_PX, BLOCK_PX = 5, 12
_CHANNELS, _SHAPE = 224, (100, 100)


def load(root: Path) -> DataSet:
    """Return every pixel with the 5 x 5 px around it."""
    if not (root / FILE).is_file():
        raise DataAbsent(f"{root / FILE} is not there.")
    arrays = loadmat(root / FILE)
    pixels = arrays["Y"].astype(np.float32).reshape(-1, *_SHAPE, order="F")
    targets = arrays["A"].argmax(0).reshape(_SHAPE, order="F").ravel().astype(np.int64)
    centres = np.linspace(380, 2500, _CHANNELS)[arrays["SlectBands"].ravel().astype(int) - 1]
    made = spectrometer(list(centres), code="aviris-jasper-ridge", title="AVIRIS")
    sensor = replace(made, gsd_m=20.0, quantity=Quantity.RADIANCE)
    chip = Chip(np.ascontiguousarray(pixels), np.ones(_SHAPE, bool), sensor)
    row, column = (grid.ravel() for grid in np.indices(_SHAPE))
    cut = Patches([[Layer(chip)]], (np.zeros(len(row), np.int64), row, column), SIDE_PX)
    return DataSet(
        "jasper-ridge",
        "Jasper Ridge",
        Task.CLASSES,
        targets,
        cut.places(BLOCK_PX),
        {"hsi": cut},
        (5, 20),
        digest_of(pixels, targets),
        scenes={"hsi": (chip,)},
        files=(FILE.name,),
        licence="imagery NASA/JPL, public domain; reference Zhu et al. 2014, research",
        note="the class that covers most of a pixel, by reference abundances",
    )
