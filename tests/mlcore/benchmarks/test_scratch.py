"""Networks from scratch learn, and the same seed gives the same answers."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mlcore.benchmarks.datasets.dataset import DataSet, Layer, Patches, Task, digest_of
from mlcore.benchmarks.rows.scratch import ScratchRow, convolutions, transformer
from mlcore.samples import Chip
from mlcore.sensors import spectrometer
from tests.mlcore.benchmarks.fields import fields


def cube(bands=24, side=30):
    """Return two halves of a scene whose spectra differ in shape."""
    rng = np.random.default_rng(0)
    codes = np.repeat([1, 2], side // 2)[None].repeat(side, 0)
    shapes = np.stack([np.zeros(bands), np.sin(np.arange(bands) / 3), np.cos(np.arange(bands) / 3)])
    pixels = (shapes[codes] + rng.normal(0, 0.3, (side, side, bands))).transpose(2, 0, 1).astype(np.float32)
    chip = Chip(pixels, np.ones((side, side), bool), spectrometer(list(np.linspace(400, 1000, bands))))
    row, column = (grid.ravel() for grid in np.mgrid[:side, :side])
    cut = Patches([[Layer(chip)]], (np.zeros(len(row), np.int64), row, column), 9)
    targets = codes[row, column]
    return DataSet("cube", "Cube", Task.CLASSES, targets, cut.places(10), {"hsi": cut}, (5,), digest_of(pixels))


@pytest.mark.parametrize("make", [convolutions, transformer])
def test_it_works(make):
    data, row = cube(), ScratchRow("made", "Made here", make, ("cube",), steps=25)
    rng = np.random.default_rng(0)
    train, test = np.split(rng.permutation(len(data))[:60], [20])
    first = row.predict(data, "hsi", (train, test), 0)
    assert (first == data.targets[test]).mean() > 0.9
    torch.manual_seed(99)
    np.testing.assert_array_equal(first, row.predict(data, "hsi", (train, test), 0))


def test_it_refuses_what_is_not_one_cube():
    row = ScratchRow("made", "Made here", convolutions, ("cube", "fields"))
    assert row.refusal(cube(), "hsi") == ""
    assert "many bands" in row.refusal(fields(), "rgb")
    assert "some sets" in row.refusal(replace(cube(), name="elsewhere"), "hsi")
