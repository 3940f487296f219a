"""The network as a program for serving elsewhere."""

import torch

from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.context import CONTEXT_DIM, PLACE_DIM
from mlcore.sensors import get_sensor
from tests.mlcore.model.test_network import make_network


def test_an_export_computes_the_same_for_any_number_of_samples() -> None:
    network, sensor = make_network(detail=2, depth=1), get_sensor("landsat7-etm")

    class Exported(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, pixels: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            count = pixels.shape[0]
            chip = ChipBatch(pixels, mask, sensor, torch.zeros(count, CONTEXT_DIM), torch.zeros(count))
            return network(SampleBatch((chip,), torch.zeros(count, PLACE_DIM)))

    few, many = ((torch.rand(count, 7, 9, 9), (torch.rand(count, 1, 9, 9) > 0.3).float()) for count in (2, 5))
    count = torch.export.Dim("count", min=1, max=64)
    program = torch.export.export(Exported(), few, dynamic_shapes=({0: count}, {0: count}))
    assert torch.allclose(program.module()(*many), Exported()(*many), atol=1e-5)
