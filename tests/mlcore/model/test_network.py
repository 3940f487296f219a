"""The network: any sensor's samples become tokens, and tokens a vector or a map."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import torch

from mlcore.model import Network, get_config
from mlcore.model.batches import sample_batch
from mlcore.model.network.blocks import Rotation, rotated
from mlcore.pillars import pillar_sensor
from mlcore.samples import Chip, Sample
from mlcore.sensors import Band, Sensor, get_sensor, spectrometer, unknown_sensor
from tests.mlcore.chips import make_chip

DATES = (date(2020, 1, 10), date(2020, 6, 10), date(2021, 1, 10))
SPECTRUM = spectrometer(np.linspace(400, 2500, 200))


def make_network(name: str = "test", seed: int = 0, **changes: object) -> Network:
    """A network whose branches all speak: zeros and small factors at the start would hide mistakes."""
    torch.manual_seed(seed)
    network = Network(replace(get_config(name), **changes)).eval().requires_grad_(False)  # type: ignore[arg-type]
    torch.nn.init.normal_(network.tokenizer.context.weight, std=0.5)
    for block in network.blocks:
        block.scale1.fill_(1.0)
        block.qkv.weight.mul_(3.0)  # attention that chooses
    return network


def rough(sensor: Sensor | str, height: int = 24, width: int = 24, seed: int = 0) -> Chip:
    known = get_sensor(sensor) if isinstance(sensor, str) else sensor
    pixels = np.random.default_rng(seed).uniform(20, 200, (len(known.bands), height, width))
    return Chip(pixels.astype(np.float32), np.ones((height, width), bool), known)


def vector(network: Network, *chips: Chip) -> torch.Tensor:
    return network(sample_batch([Sample(chips)]))[0]


def test_it_works() -> None:
    network = make_network("nano")
    batch = sample_batch([Sample((make_chip(seed=seed, side=64),)) for seed in range(3)])
    tokens = network.tokenize(batch)
    assert tokens.content.shape == (3, 64, 128)
    assert tokens.valid.all()
    vectors = network(batch)
    assert vectors.shape == (3, 64)
    assert not torch.allclose(vectors[0], vectors[1])
    assert network.maps(batch).shape == (3, 128, 8, 8)


@pytest.mark.parametrize("bands", [1, 2, 7, 17, 200, 512])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (9, 9), (33, 20)])
def test_any_bands_and_any_size_become_finite_vectors(bands: int, size: tuple[int, int]) -> None:
    network = make_network()
    optical = Sensor("optical", "Optical", tuple(Band(f"{nm}", "", nm, 10.0) for nm in np.linspace(400, 2500, bands)))
    for sensor in (optical, unknown_sensor(bands)):
        batch = sample_batch([Sample((rough(sensor, *size),))])
        assert network(batch).isfinite().all()
        assert network.maps(batch).isfinite().all()


def test_the_same_seed_gives_the_same_bits() -> None:
    first, second = (vector(make_network(), rough("sentinel2-l2a")) for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize("sensor", [get_sensor("sentinel2-l2a"), SPECTRUM])
def test_the_order_of_bands_says_nothing(sensor: Sensor) -> None:
    network, chip = make_network(), rough(sensor)
    order = np.random.default_rng(1).permutation(len(sensor.bands))
    shuffled = replace(
        chip, pixels=chip.pixels[order], sensor=replace(sensor, bands=tuple(sensor.bands[i] for i in order))
    )
    assert torch.allclose(vector(network, chip), vector(network, shuffled), atol=1e-4)


def test_wavelengths_say_what_bands_mean() -> None:
    network, chip = make_network(), rough("rgb")
    red, green, blue = chip.sensor.bands
    other = replace(chip, sensor=replace(chip.sensor, bands=(blue, green, red)))
    assert (vector(network, chip) - vector(network, other)).abs().max() > 1e-3


def test_a_spectrometer_becomes_spatial_spectral_tokens() -> None:
    network = make_network(groups=8)
    layout = network.tokenize(sample_batch([Sample((rough(SPECTRUM, 9, 9),))])).layout
    assert set(layout.group) == set(range(8))
    assert len(layout) == 8 * 9
    assert set(layout.cell) == set(range(9))


def test_height_bins_of_a_point_cloud_become_tokens() -> None:
    layout = make_network(groups=8).tokenize(sample_batch([Sample((rough(pillar_sensor(1.0), 9, 9),))])).layout
    assert set(layout.group) == set(range(6))  # five bins, and what is said of the whole pillar
    few = make_network(groups=4).tokenize(sample_batch([Sample((rough(pillar_sensor(1.0), 9, 9),))])).layout
    assert set(few.group) == {0}


def test_pixels_under_the_mask_change_nothing() -> None:
    network, chip = make_network(), rough("sentinel2-l2a")
    mask = chip.mask.copy()
    mask[:9, :9] = False
    first, second = replace(chip, mask=mask), replace(chip, mask=mask, pixels=chip.pixels.copy())
    second.pixels[:, :9, :9] = 12345
    assert torch.equal(vector(network, first), vector(network, second))
    assert not torch.allclose(vector(network, first), vector(network, chip), atol=1e-4)
    valid = network.tokenize(sample_batch([Sample((first,))])).valid
    assert (~valid).sum() == 1  # the one cell of 8 x 8 px that lies in it


def test_a_sample_without_a_valid_pixel_is_finite() -> None:
    network, chip = make_network("nano"), rough("landsat7-etm")
    batch = sample_batch([Sample((replace(chip, mask=np.zeros_like(chip.mask)),)), Sample((chip,))])
    assert not network.tokenize(batch).valid[0].any()
    assert network(batch).isfinite().all()
    assert torch.allclose(network(batch)[1], vector(network, chip), atol=1e-5)
    assert network.maps(batch)[0].abs().max() == 0


@pytest.mark.parametrize("name", ["nano", "test"])
def test_a_date_that_one_sample_lacks_is_as_if_it_were_not_there(name: str) -> None:
    network = make_network(name)
    series = [replace(rough("sentinel2-l2a", seed=seed), acquired=day) for seed, day in enumerate(DATES)]
    cloudy = [*series[:1], replace(series[1], mask=np.zeros_like(series[1].mask)), *series[2:]]
    both = network(sample_batch([Sample(tuple(series)), Sample(tuple(cloudy))]))
    tokens = network.tokenize(sample_batch([Sample(tuple(cloudy))]))
    assert list(np.unique(tokens.layout.date)) == [0, 1, 2]
    alone = vector(network, series[0], series[2])
    # Months count from the mean of the known days, and only their differences matter.
    assert torch.allclose(both[1], alone, atol=1e-4)
    assert not torch.allclose(both[0], alone, atol=1e-3)


def test_a_sensor_that_one_sample_lacks_is_as_if_it_were_not_there() -> None:
    network, optical, radar = make_network(), rough("sentinel2-l2a"), rough("sentinel1-grd", 12, 12)
    none = replace(radar, mask=np.zeros_like(radar.mask))
    both = network(sample_batch([Sample((optical, radar)), Sample((optical, none))]))
    assert torch.allclose(both[1], vector(network, optical), atol=1e-4)
    assert not torch.allclose(both[0], both[1], atol=1e-3)


def test_dates_of_one_sensor_may_come_in_any_order() -> None:
    network = make_network()
    series = [replace(rough("sentinel2-l2a", seed=seed), acquired=day) for seed, day in enumerate(DATES)]
    assert torch.allclose(vector(network, *series), vector(network, *series[::-1]), atol=1e-4)


def test_the_time_between_dates_matters() -> None:
    network = make_network()
    first, second = (rough("landsat7-etm", seed=seed) for seed in (0, 1))
    soon, late = (
        vector(network, replace(first, acquired=DATES[0]), replace(second, acquired=day))
        for day in (DATES[1], DATES[2])
    )
    assert (soon - late).abs().max() > 1e-3


def test_where_a_cell_is_matters() -> None:
    network = make_network("nano")
    tokens = network.tokenize(sample_batch([Sample((rough("landsat7-etm", 32, 32),))]))
    order = torch.from_numpy(np.random.default_rng(0).permutation(len(tokens)))
    moved = replace(tokens, positions=tokens.positions[:, order])
    here, there = (network.pool(network.encode(each), each.imagery) for each in (tokens, moved))
    assert (here - there).abs().max() > 1e-3


def test_only_distances_turn_attention() -> None:
    rotation = Rotation(16)
    places = torch.rand(1, 5, 3) * 10
    query, key = torch.randn(2, 1, 1, 5, 16)

    def scores(positions: torch.Tensor) -> torch.Tensor:
        turns = rotation(positions)
        return rotated(query, turns) @ rotated(key, turns).mT

    assert torch.allclose(scores(places), scores(places + torch.tensor([7.0, -3.0, 40.0])), atol=1e-4)
    assert not torch.allclose(scores(places), scores(places * 2), atol=1e-2)


def test_chips_of_other_resolutions_share_the_tile() -> None:
    network = make_network("nano")
    tokens = network.tokenize(sample_batch([Sample((rough("sentinel2-l2a", 48, 48), rough("rgb", 96, 96)))]))
    fine = tokens.layout.kind == 1
    places = tokens.positions[0, torch.from_numpy(fine), :2]
    assert places.abs().max() < 3  # the first chip has 6 x 6 cells, its centre is 0
    assert len(np.unique(tokens.layout.cell[fine])) == 36


def test_hidden_tokens_say_nothing() -> None:
    network, rng = make_network(), np.random.default_rng(0)
    batches = [
        sample_batch([Sample((rough(SPECTRUM, 24, 24, seed=seed),)) for seed in seeds]) for seeds in ((0, 1), (2, 3))
    ]
    first, second = (network.tokenize(batch, around=False, targets=True) for batch in batches)
    visible = torch.from_numpy(rng.random(first.valid.shape) < 0.3)
    mixed = replace(first, content=torch.where(visible[..., None], first.content, second.content))
    assert torch.equal(network.encode(first, visible), network.encode(mixed, visible))
    assert network.encode(first, visible)[~visible].abs().max() == 0
    assert first.targets is not None
    assert first.targets.shape == (2, len(first), network.target_dim)


def test_packing_the_visible_equals_masking_the_rest() -> None:
    network = make_network()
    tokens = network.tokenize(sample_batch([Sample((rough("sentinel2-l2a", 32, 24, seed=seed),)) for seed in range(3)]))
    visible = torch.from_numpy(np.random.default_rng(0).random(tokens.valid.shape) < 0.4)
    packed, masked = network.encode(tokens, visible), network.encode(replace(tokens, valid=tokens.valid & visible))
    assert torch.allclose(packed, masked, atol=1e-5)


def test_raw_targets_stay_when_the_basis_is_trained() -> None:
    network, batch = make_network(), sample_batch([Sample((rough("sentinel2-l2a"),))])
    before = network.tokenize(batch, targets=True)
    network.tokenizer.basis.mul_(2.0)
    after = network.tokenize(batch, targets=True)
    assert before.targets is not None
    assert after.targets is not None
    assert torch.equal(before.targets, after.targets)
    assert not torch.allclose(before.content, after.content)


def test_large_models_see_inside_cells() -> None:
    chip = make_chip(side=24, swing=0)
    stripes, checks = (replace(chip, pixels=chip.pixels.copy()) for _ in range(2))
    stripes.pixels[:, ::2] += 50
    checks.pixels[:, ::2, ::2] += 50
    checks.pixels[:, 1::2, 1::2] += 50  # the same mean and spread in every cell
    coarse, fine = make_network(detail=1), make_network(detail=8)
    assert torch.allclose(vector(coarse, stripes), vector(coarse, checks), atol=1e-3)
    assert (vector(fine, stripes) - vector(fine, checks)).abs().max() > 1e-2
