"""Galileo: the published numbers come out at any patch size, and what is missing is left out."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import torch

from mlcore.benchmarks.datasets import fuel_moisture
from mlcore.encoders import galileo, get_encoder
from mlcore.encoders.galileo.patches import resized
from mlcore.errors import BadCheckpoint, BadFeatures
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor
from tests.mlcore.chips import make_sample
from tests.mlcore.encoders.weights import ROOT, published

FOLDER = "weights/galileo_nano"


@pytest.fixture(scope="module")
def encoder():
    return get_encoder(f"galileo:{published(FOLDER)}+place+season+weather")


def _wavy(code, level, swing, day):
    sensor = get_sensor(code)
    band, row, column = np.meshgrid(np.arange(len(sensor.bands)), np.arange(16), np.arange(16), indexing="ij")
    pixels = level + swing * np.sin(0.3 * row + 0.7 * band) * np.cos(0.2 * column - 0.4 * band)
    return Chip(pixels.astype(np.float32), np.ones((16, 16), bool), sensor, acquired=day)


def _series():
    kinds = (("sentinel2-l1c", 2000, 900), ("sentinel1-grd", -12, 5))
    chips = [_wavy(*kind, day) for day in (date(2020, 5, 3), date(2020, 8, 3)) for kind in kinds]
    return Sample(tuple(chips), place=(13.4, 52.5))


def test_it_works(encoder):
    """The first numbers and the length, as its authors' own code computes them for patches of 4 px."""
    vector = encoder.embed([_series()])[0]
    np.testing.assert_allclose(vector[:4], [-0.0428, -0.07305, 0.0762, 0.06293], atol=1e-4)
    assert np.linalg.norm(vector) == pytest.approx(1.221376, abs=1e-4)


def test_single_pixels_with_weather_and_terrain_agree_with_the_authors_code(encoder):
    published("presto_pixel_timeseries/fuel_moisture")
    samples = fuel_moisture.load(ROOT).samples
    expected = [[-0.00835, 0.00824, -0.32841, 0.08584], [-0.00408, 0.00459, -0.34423, 0.05648]]
    np.testing.assert_allclose(encoder.embed([samples[0], samples[100]])[:, :4], expected, atol=1e-4)


def test_the_encodings_are_those_it_was_trained_with(encoder):
    fresh = galileo.untrained().network
    torch.testing.assert_close(fresh.pos_embed, encoder.network.pos_embed, atol=1e-5, rtol=0)
    torch.testing.assert_close(fresh.month_embed.weight, encoder.network.month_embed.weight, atol=1e-5, rtol=0)


@pytest.mark.parametrize("side", [1, 5, 9, 32, 100])
def test_any_size_is_read(encoder, side):
    vectors = encoder.embed(
        [make_sample("sentinel2-l2a", side=side, level=1000, swing=500), make_sample("rgb", side=side)]
    )
    assert vectors.shape == (2, 128)
    assert np.isfinite(vectors).all()
    assert np.abs(vectors[0] - vectors[1]).max() > 0.01


def test_cloud_drops_patches(encoder):
    sample = make_sample("sentinel2-l2a", side=16, level=1000, swing=1000)
    chip = sample.chips[0]
    mask, bright = chip.mask.copy(), chip.pixels.copy()
    mask[:8, :8] = False
    bright[:, :8, :8] = 9000
    masked = [Sample((replace(chip, pixels=pixels, mask=mask),)) for pixels in (chip.pixels, bright)]
    with_cloud = Sample((replace(chip, pixels=bright),))
    one, other, cloudy = encoder.embed([*masked, with_cloud])
    np.testing.assert_allclose(one, other, atol=1e-6)
    assert np.abs(cloudy - one).max() > 0.01
    assert np.isfinite(encoder.embed([Sample((replace(chip, mask=~chip.mask),))])).all()


@pytest.mark.parametrize(("side", "cells"), [(5, 5), (32, 32), (64, 32), (100, 50)])
def test_a_map_has_a_place_for_each_cell(encoder, side, cells):
    features = encoder.embed_map(make_sample("sentinel2-l2a", side=side, level=1000, swing=500))
    assert features.shape == (128, cells, cells)
    assert np.isfinite(features).all()


def test_a_map_shows_where_things_are(encoder):
    """A field in one corner changes the places there far more than those across the tile."""
    sample = make_sample("sentinel2-l2a", side=32, level=1000, swing=0)
    chip = sample.chips[0]
    pixels = chip.pixels.copy()
    pixels[:, :12, :12] *= 3
    before, after = (encoder.embed_map(each) for each in (chip, replace(chip, pixels=pixels)))
    moved = np.linalg.norm(after - before, axis=0)
    assert moved[2:10, 2:10].min() > 1.5 * moved[14:, 14:].max()


def test_the_mean_of_a_map_of_imagery_alone_is_its_vector(encoder):
    """Of a tile whose vector is made of patches of the same size."""
    sample = make_sample("sentinel2-l2a", side=8, level=1000, swing=500)
    mean = encoder.embed_map(sample).mean((1, 2))
    np.testing.assert_allclose(mean, encoder.embed([sample])[0], atol=1e-4)


def test_a_map_of_nothing_is_refused(encoder):
    with pytest.raises(BadFeatures, match="needs imagery"):
        encoder.embed_map(Sample(()))


def test_a_resized_kernel_answers_to_resized_patches_as_before():
    """Of smooth patches, which lose nothing when resized."""
    kernel = torch.randn(3, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    smooth = torch.nn.functional.interpolate(torch.tensor([[[[1.0, 2], [3, 5]]]]), (4, 4), mode="bicubic")
    large = torch.linalg.pinv(_shrinking(8, 4).T).T.mv(smooth.flatten()).view(1, 1, 8, 8)
    torch.testing.assert_close((resized(kernel, 4) * smooth).sum((1, 2, 3)), (kernel * large).sum((1, 2, 3)))


def _shrinking(side, patch):
    pixels = torch.eye(side * side).view(-1, 1, side, side)
    smaller = torch.nn.functional.interpolate(pixels, (patch, patch), mode="bicubic", antialias=True)
    return smaller.flatten(1).T


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(BadCheckpoint, match=r"config\.json"):
        galileo.load(tmp_path)
    (tmp_path / "config.json").write_text((published(FOLDER) / "config.json").read_text())
    with pytest.raises(BadCheckpoint, match=r"encoder\.pt"):
        galileo.load(tmp_path)
    torch.save({"pos_embed": torch.zeros(24, 32)}, tmp_path / "encoder.pt")
    with pytest.raises(BadCheckpoint, match="doesn't hold the weights"):
        galileo.load(tmp_path)
