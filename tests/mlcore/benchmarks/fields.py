"""A scene of fields, made here, as a data set of the benchmark."""

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet, Layer, Patches, Task, digest_of
from mlcore.samples import Chip
from mlcore.sensors import get_sensor

BLOCK_PX = 8


def fields(seed=0, side=40):
    """Return a scene of square fields of three crops, that differ in colour, with a data set on it."""
    rng = np.random.default_rng(seed)
    codes = np.kron(rng.integers(1, 4, (side // 4, side // 4)), np.ones((4, 4), int))
    colours = rng.uniform(40, 200, (4, 3))
    pixels = (colours[codes] + rng.normal(0, 4, (side, side, 3))).transpose(2, 0, 1).astype(np.float32)
    chip = Chip(pixels, np.ones((side, side), bool), get_sensor("rgb"))
    row, column = (grid.ravel() for grid in np.mgrid[:side, :side:2])
    targets = codes[row, column]
    cut = Patches([[Layer(chip)]], (np.zeros(len(row), np.int64), row, column), 3)
    return DataSet(
        "fields",
        "Fields",
        Task.CLASSES,
        targets,
        cut.places(BLOCK_PX),
        {"rgb": cut},
        (5, 20),
        digest_of(pixels, targets),
        files=("fields.tif",),
    )
