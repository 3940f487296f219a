"""Fine-tuning: an encoder learns from labels."""

import copy

import numpy as np
import pytest
import torch

from mlcore.errors import BadFeatures, NotEnoughLabels, NotTunable, UnknownName
from mlcore.finetune import FinetuneRecipe, Step, finetune
from mlcore.heads import Lesson, LinearHead
from mlcore.model import Config, Encoder, Network, StatisticsEncoder, read_encoder, save_encoder
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor

QUICK = FinetuneRecipe(epochs=3, batch=16)
SENSOR = "landsat7-etm"


def make_tile(kind, seed, *, side=40, sensor=SENSOR):
    """A tile with stripes (0) or a chequered pattern (1) of one amplitude: however it's turned, it stays that."""
    known = get_sensor(sensor)
    rng = np.random.default_rng(seed)
    first, second = (np.sin(axis * 0.3 + rng.uniform(0, 6)) for axis in np.indices((side, side)))
    wave = np.sqrt(2) * first * second if kind else (first, second)[rng.integers(2)]
    pixels = 90 + rng.uniform(3, 30) * wave + rng.normal(0, rng.uniform(4, 12), (len(known.bands), side, side))
    return Sample((Chip(pixels.astype(np.float32), np.ones((side, side), bool), known),))


def make_tiles(count, *, seed=0):
    return [make_tile(at % 2, 100 * seed + at) for at in range(count)], np.arange(count) % 2


@pytest.fixture(scope="module")
def encoder():
    torch.manual_seed(0)
    network = Network(Config()).requires_grad_(False)
    network.gain.fill_(1.0)
    return Encoder(network=network)


def weights(encoder):
    return {name: tensor.clone() for name, tensor in encoder.network.state_dict().items()}


@pytest.mark.parametrize("method", ["lora", "full"])
def test_it_works(encoder, method):
    samples, labels = make_tiles(32)
    before, steps = weights(encoder), list[Step]()
    recipe = FinetuneRecipe(method=method, epochs=4, batch=16, validation=0.0)
    tuned = finetune(encoder, samples, labels, recipe=recipe, progress=steps.append)
    assert [step.number for step in steps] == [0, 1, 2, 3, 4]
    assert all(step.of == 4 for step in steps)
    assert np.isfinite([step.loss for step in steps]).all()
    assert tuned.digest != encoder.digest
    assert list(weights(tuned)) == list(before)  # differences are merged: an ordinary encoder
    assert tuned.card["fine-tuned"] == f"{method}, 32 labels, seed 0"
    for name, tensor in weights(encoder).items():  # the one that was given is as it was
        assert torch.equal(tensor, before[name]), name
    statistics = StatisticsEncoder().embed(samples)
    np.testing.assert_allclose(tuned.embed(samples)[:, : statistics.shape[1]], statistics, atol=1e-4)


def test_it_learns_what_the_frozen_features_do_not_tell(encoder):
    samples, labels = make_tiles(64)
    others, truth = make_tiles(60, seed=5)
    recipe = FinetuneRecipe(method="full", rate=1e-3, epochs=8, batch=16, validation=0.0)
    tuned = finetune(encoder, samples, labels, recipe=recipe)
    right = [
        float(
            (
                LinearHead.fit(Lesson(inputs=e.embed(samples), targets=labels)).predict(e.embed(others)).codes == truth
            ).mean()
        )
        for e in (encoder, tuned)
    ]
    assert right[1] >= right[0]
    assert right[1] > 0.9


def test_lora_moves_only_what_it_adapts(encoder):
    samples, labels = make_tiles(24)
    tuned = finetune(encoder, samples, labels, recipe=FinetuneRecipe(epochs=1, batch=16, validation=0.0))
    before, after = weights(encoder), weights(tuned)
    moved = {name for name, tensor in after.items() if not torch.equal(tensor, before[name])}
    assert moved
    assert all(name.startswith(("blocks.", "vector.")) for name in moved), moved
    difference = after["blocks.0.qkv.weight"] - before["blocks.0.qkv.weight"]
    assert torch.linalg.matrix_rank(difference, tol=1e-5) <= 8


def test_the_same_seed_gives_the_same_encoder(encoder):
    samples, labels = make_tiles(24)
    first, second = (finetune(encoder, samples, labels, recipe=QUICK) for _ in range(2))
    assert first.digest == second.digest


def test_the_callers_random_numbers_are_not_touched(encoder):
    samples, labels = make_tiles(24)
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    finetune(encoder, samples, labels, recipe=QUICK)
    assert torch.equal(torch.rand(2), expected)


def test_the_encoder_comes_back_as_it_was_where_it_did_not_help(encoder):
    samples, labels = make_tiles(40)
    shuffled = np.random.default_rng(0).permutation(labels)
    recipe = FinetuneRecipe(epochs=2, batch=16, rate=1e-7)
    assert finetune(encoder, samples, shuffled, recipe=recipe) is encoder


def test_a_quantity_is_learned(encoder):
    samples = [make_tile(0, at) for at in range(24)]
    steps = list[Step]()
    finetune(encoder, samples, np.linspace(2, 9, 24), recipe=QUICK, progress=steps.append)
    assert all(step.validation is not None for step in steps)


def test_several_labels_are_learned_and_unknown_ones_left_out(encoder):
    samples, labels = make_tiles(24)
    table = np.stack([labels, 1 - labels, np.full(24, np.nan), np.ones(24)], 1)
    table[3, 0] = np.nan
    steps = list[Step]()
    finetune(encoder, samples, table, recipe=QUICK, progress=steps.append)
    assert np.isfinite([step.loss for step in steps]).all()


def test_masks_are_learned_and_maps_tell_of_it(encoder, tmp_path):
    samples, _ = make_tiles(10)
    masks = [np.kron(np.eye(2, dtype=np.uint8) + 1, np.ones((20, 20), np.uint8)) for _ in samples]
    masks[0][:6] = 0  # not labelled
    masks[1][:] = 0
    tuned = finetune(encoder, samples, masks, recipe=FinetuneRecipe(epochs=2, batch=8, validation=0.0))
    assert tuned.digest != encoder.digest
    features = tuned.embed_map(samples[0])
    assert np.array_equal(features[: encoder.map_dim], encoder.embed_map(samples[0]))
    assert len(features) == tuned.map_dim == tuned.map_blocks["learned"].stop
    assert features[tuned.map_blocks["learned"]].any()
    save_encoder(tuned, tmp_path / "tuned.safetensors")
    assert np.array_equal(read_encoder(tmp_path / "tuned.safetensors").embed_map(samples[0]), features)


def test_sensors_and_sizes_may_be_mixed(encoder):
    samples, labels = make_tiles(16)
    samples += [make_tile(at % 2, at, side=17, sensor="sentinel1-grd") for at in range(8)]
    tuned = finetune(encoder, samples, np.append(labels, np.arange(8) % 2), recipe=QUICK)
    assert np.isfinite(tuned.embed(samples)).all()


def test_it_stops_in_time(encoder):
    samples, labels = make_tiles(16)
    steps = list[Step]()
    finetune(encoder, samples, labels, recipe=FinetuneRecipe(epochs=500, seconds=0.0), progress=steps.append)
    assert len(steps) == 2


def test_what_is_tuned_is_saved_and_read(encoder, tmp_path):
    samples, labels = make_tiles(16)
    tuned = finetune(encoder, samples, labels, recipe=QUICK)
    save_encoder(tuned, tmp_path / "tuned.safetensors")
    loaded = read_encoder(tmp_path / "tuned.safetensors")
    assert loaded.digest == tuned.digest
    np.testing.assert_allclose(loaded.embed(samples), tuned.embed(samples), atol=1e-4)


def test_bad_input_is_refused(encoder):
    samples, labels = make_tiles(6)
    with pytest.raises(NotTunable, match="no weights"):
        finetune(StatisticsEncoder(), samples, labels)
    with pytest.raises(BadFeatures, match="6 samples, 5 labels"):
        finetune(encoder, samples, labels[:5])
    with pytest.raises(BadFeatures):
        finetune(encoder, [], [])
    with pytest.raises(NotEnoughLabels, match="two classes"):
        finetune(encoder, samples, np.ones(6, int))
    with pytest.raises(NotEnoughLabels):
        finetune(encoder, samples, np.ones((6, 2)))
    with pytest.raises(NotEnoughLabels, match="aren't all the same"):
        finetune(encoder, samples, np.ones(6))
    with pytest.raises(BadFeatures, match="finite"):
        finetune(encoder, samples, np.array([1, 2, 3, 4, 5, np.nan]))
    with pytest.raises(BadFeatures, match="whole number"):
        finetune(encoder, samples, np.linspace(0, 1, 6), recipe=FinetuneRecipe(task="classes"))
    with pytest.raises(BadFeatures, match="no chips"):
        finetune(encoder, [Sample(()), *samples[1:]], labels)
    with pytest.raises(NotEnoughLabels, match="Paint"):
        finetune(encoder, samples, [np.zeros((40, 40), np.uint8)] * 6)
    with pytest.raises(BadFeatures, match="Mask 0"):
        finetune(encoder, samples, [np.ones((5, 5), np.uint8)] * 6)
    with pytest.raises(UnknownName, match="lora"):
        FinetuneRecipe(method="magic")
    with pytest.raises(UnknownName, match="amount, classes, masks, tags"):
        finetune(encoder, samples, labels, recipe=FinetuneRecipe(task="poetry"))


def test_a_refused_encoder_is_still_the_same(encoder):
    before = copy.deepcopy(encoder.digest)
    with pytest.raises(NotEnoughLabels):
        finetune(encoder, make_tiles(6)[0], np.ones(6, int))
    assert encoder.digest == before
