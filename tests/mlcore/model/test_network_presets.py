"""Every size of the network, built and stepped without memory."""

import pytest
import torch

from mlcore.model import PRESETS, Network, get_config
from mlcore.model.sizes import meta_batch
from mlcore.sensors import get_sensor


@pytest.mark.parametrize("name", PRESETS)
def test_every_size_builds_and_learns_on_the_meta_device(name: str) -> None:
    with torch.device("meta"):
        network = Network(get_config(name))
    batch = meta_batch(get_sensor("sentinel2-l2a"), 24, count=2)
    vectors = network(batch)
    vectors.sum().backward()
    assert vectors.shape == (2, get_config(name).vector)
    assert network.blocks[0].qkv.weight.grad is not None
