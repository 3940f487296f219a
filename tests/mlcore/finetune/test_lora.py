"""LoRA: linear layers learn a small difference."""

import torch
from torch import nn

from mlcore.finetune.lora import LowRank, adapt, merge


def make_network():
    torch.manual_seed(0)
    return nn.ModuleDict({"qkv": nn.Linear(6, 9), "mlp": nn.Sequential(nn.Linear(9, 4), nn.GELU(), nn.Linear(4, 2))})


def through(network, inputs):
    return network["mlp"](network["qkv"](inputs))


def test_it_works():
    network, inputs = make_network(), torch.randn(5, 6)
    before = through(network, inputs)
    adapt(network, 3)
    assert isinstance(network["qkv"], LowRank)
    assert torch.equal(through(network, inputs), before)  # B is 0 at first
    optimiser = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], 0.1)
    for _ in range(3):
        optimiser.zero_grad()
        through(network, inputs).square().mean().backward()
        optimiser.step()
    adapted = through(network, inputs)
    assert not torch.allclose(adapted, before)
    merge(network)
    assert isinstance(network["qkv"], nn.Linear)
    torch.testing.assert_close(through(network, inputs), adapted)


def test_only_small_matrices_learn():
    network = make_network()
    adapt(network, 3)
    learning = {name for name, parameter in network.named_parameters() if parameter.requires_grad}
    assert learning == {f"{layer}.{part}" for layer in ("qkv", "mlp.0", "mlp.2") for part in ("up", "down")}


def test_names_are_the_old_ones_when_merged():
    network = make_network()
    names = list(network.state_dict())
    adapt(network, 3)
    merge(network)
    assert list(network.state_dict()) == names
