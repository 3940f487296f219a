"""info_nce: rows of two views, and which of them belong together."""

import math

import pytest
import torch

from mlcore.pretrain.contrast import info_nce


def test_it_works():
    rows = torch.eye(4)
    expected = -math.log(math.exp(2) / (math.exp(2) + 3))
    assert info_nce(rows, rows, temperature=0.5).item() == pytest.approx(expected, abs=1e-6)


def test_strangers_are_as_bad_as_chance():
    torch.manual_seed(0)
    loss = info_nce(torch.randn(256, 64), torch.randn(256, 64), temperature=1.0)
    assert loss.item() == pytest.approx(math.log(256), abs=0.05)


def test_rows_that_are_too_near_are_no_contrast():
    rows = torch.eye(3)[[0, 0, 1]]
    near = torch.tensor([[False, True, False], [True, False, False], [False, False, False]])
    assert info_nce(rows, rows, temperature=0.1, near=near) < 1e-3 < info_nce(rows, rows, temperature=0.1)


def test_the_length_of_a_vector_does_not_count():
    rows, others = torch.randn(8, 4), torch.randn(8, 4)
    one, two = info_nce(rows, others, temperature=0.2), info_nce(5 * rows, others / 3, temperature=0.2)
    assert one.item() == pytest.approx(two.item(), abs=1e-5)


def test_losses_stay_in_fp32_under_autocast():
    rows = torch.randn(16, 8)
    with torch.autocast("cpu", torch.bfloat16):
        loss = info_nce(rows.bfloat16(), rows.bfloat16(), temperature=0.05)
    assert loss.dtype == torch.float32
