"""The network computed otherwise: blocks anew, half precision, its sizes as JSON."""

import torch

from mlcore.model import Config, get_config
from mlcore.model.batches import sample_batch
from mlcore.samples import Sample
from tests.mlcore.model.test_network import make_network, rough


def test_computing_blocks_again_gives_the_same_gradients() -> None:
    batch, gradients = sample_batch([Sample((rough("landsat7-etm"),))]), []
    for again in (False, True):
        network = make_network().requires_grad_(True)
        network.checkpointing = again
        network(batch).square().sum().backward()
        gradients.append(network.blocks[0].qkv.weight.grad)
    assert torch.equal(*gradients)


def test_bfloat16_is_near() -> None:
    network, batch = make_network(), sample_batch([Sample((rough("sentinel2-l2a"),))])
    exact = network(batch)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = network(batch).float()
    assert torch.nn.functional.cosine_similarity(exact, rounded).min() > 0.99


def test_a_config_survives_json() -> None:
    assert Config(**get_config("huge").to_dict()) == get_config("huge")
