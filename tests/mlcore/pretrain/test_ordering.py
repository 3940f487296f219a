"""The leading numbers of a trained vector tell most of it."""

import torch

from mlcore.model import Network, get_config
from mlcore.model.batches import sample_batch
from mlcore.pretrain import Recipe, pretrain
from mlcore.pretrain.mixing import source_of
from mlcore.pretrain.ordering import order_vector
from mlcore.samples import Sample
from tests.mlcore.chips import make_chip, make_scene

RECIPE = Recipe(tile_px=16, batch=16, steps=2)


def vectors(network):
    with torch.no_grad():
        return network(
            sample_batch([Sample((make_chip(side=16, seed=seed, level=40 + 9 * seed),)) for seed in range(9)])
        )


def test_it_works():
    torch.manual_seed(0)
    network = Network(get_config("test")).eval()
    before = vectors(network)
    order_vector(network, source_of([make_scene(side=64)], RECIPE.tile_px), RECIPE)
    after = vectors(network)
    torch.testing.assert_close(torch.cdist(after, after), torch.cdist(before, before), atol=1e-3, rtol=1e-3)
    spread = after.var(0)
    assert spread[:4].sum() > 3 * spread[-4:].sum()


def test_a_second_time_changes_nothing():
    torch.manual_seed(0)
    network, source = Network(get_config("test")).eval(), source_of([make_scene(side=64)], RECIPE.tile_px)
    order_vector(network, source, RECIPE)
    once = vectors(network)
    order_vector(network, source, RECIPE)
    torch.testing.assert_close(vectors(network)[:, :4], once[:, :4], atol=1e-3, rtol=1e-2)


def test_what_is_pretrained_is_ordered():
    scenes = [make_scene(side=64)]
    network = pretrain(scenes, RECIPE, config=get_config("test"))[0].network
    before = vectors(network)
    order_vector(network, source_of(scenes, RECIPE.tile_px), RECIPE)
    torch.testing.assert_close(vectors(network)[:, :4], before[:, :4], atol=1e-3, rtol=1e-2)
