"""Cells of few bands are described from the bands' moments, and must say what their channels would."""

import pytest
import torch

from mlcore.model.network.cells import cell_side, describe_cells, project_cells


@pytest.mark.parametrize("size", [(64, 64), (21, 30), (9, 9), (3, 5), (1, 1)])
@pytest.mark.parametrize("clouded", [0.0, 0.4, 1.0])
def test_it_works(size, clouded):
    torch.manual_seed(0)
    bands, mask = torch.randn(4, 7, *size) + 3, (torch.rand(4, 1, *size) >= clouded).float()
    project, offset, side = torch.randn(16, 7), torch.randn(16), cell_side(size, 8)
    channels = (torch.einsum("kb,nbhw->nkhw", project, bands) + offset[:, None, None]) * mask
    wanted, projected = describe_cells(channels, mask, side, 1), project_cells(bands, mask, side, project, offset)
    assert torch.equal(projected.valid, wanted.valid)
    assert projected.shape == wanted.shape
    torch.testing.assert_close(projected.own, wanted.own, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(projected.around, wanted.around, atol=2e-4, rtol=1e-4)


def test_training_reaches_the_basis():
    project = torch.randn(16, 7, requires_grad=True)
    cells = project_cells(torch.randn(2, 7, 16, 16), torch.ones(2, 1, 16, 16), 8, project, torch.zeros(16))
    (cells.own.sum() + cells.around.sum()).backward()
    assert project.grad is not None
    assert project.grad.isfinite().all()
    assert project.grad.any()
