"""Views of a batch: turned, mirrored, with some bands missing."""

import itertools

import numpy as np
import pytest
import torch

from mlcore.finetune.views import View
from mlcore.model.batches import sample_batch
from mlcore.samples import Chip, Sample
from tests.mlcore.chips import make_chip, make_sample


def test_it_works():
    batch = sample_batch([make_sample(side=8), make_sample(side=8, seed=1)])
    seen = View(turns=1, mirrored=True)(batch)
    expected = torch.rot90(batch.chips[0].pixels, 1, (-2, -1)).flip(-1)
    assert torch.equal(seen.chips[0].pixels, expected)
    assert torch.equal(View()(batch).chips[0].pixels, batch.chips[0].pixels)


@pytest.mark.parametrize(("turns", "mirrored"), list(itertools.product(range(4), (False, True))))
def test_every_view_can_be_undone(turns, mirrored):
    view = View(turns, mirrored)
    for side in ((8, 8), (6, 8)):
        chip = make_chip(side=8)
        cut = Chip(chip.pixels[:, : side[0]], chip.mask[: side[0]], chip.sensor)
        batch = sample_batch([Sample((cut,))])
        seen = view(batch).chips[0].pixels
        assert torch.equal(view.undo(seen, square=side[0] == side[1]), batch.chips[0].pixels)


def test_fewer_bands_are_still_those_bands():
    batch = sample_batch([make_sample(side=8)])
    chip, seen = batch.chips[0], View(bands=1)(batch).chips[0]
    assert 4 <= len(seen.sensor.bands) < len(chip.sensor.bands)
    for place, band in enumerate(seen.sensor.bands):
        assert torch.equal(seen.pixels[:, place], chip.pixels[:, chip.sensor.bands.index(band)])


def test_radar_keeps_its_bands():
    batch = sample_batch([make_sample("sentinel1-grd", side=8)])
    assert View(bands=1)(batch).chips[0].sensor == batch.chips[0].sensor


def test_views_are_drawn_by_a_seed():
    drawn = [[View.draw(np.random.default_rng(seed)) for seed in range(40)] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) > 8
