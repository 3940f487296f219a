"""The door to terratorch: shut with a clear word where it isn't installed, and right about bands where it is."""

import json
import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
import torch

from mlcore.encoders import get_encoder
from mlcore.errors import BadCheckpoint, BadFeatures, NotInstalled, UnknownName
from mlcore.sensors import Quantity
from tests.mlcore.chips import make_sample

NAME = "prithvi_eo_v2_300"
MEAN = np.array([1087, 1342, 1433, 2734, 1958, 1363])
DEVIATION = np.array([2248, 2179, 2178, 1850, 1242, 1049])


class Patches(torch.nn.Module):
    """Answers like Prithvi: for each layer a token that stands for no place, then one for each patch."""

    out_channels = (6, 6)

    def forward(self, pixels):
        assert pixels.shape[1:] == (6, 224, 224)
        patches = torch.nn.functional.avg_pool2d(pixels, 16).flatten(2).mT
        tokens = torch.cat([torch.full((len(pixels), 1, 6), 99.0), patches], 1)
        return [torch.zeros_like(tokens), tokens]


class Modalities(torch.nn.Module):
    """Answers like TerraMind: the tokens of every modality that it was shown, here one of all their means."""

    out_channels = (5, 5)

    def forward(self, shown):
        assert all(pixels.shape[2:] == (224, 224) for pixels in shown.values())
        self.seen = {name: pixels.mean((2, 3)) for name, pixels in shown.items()}
        return [torch.stack([pixels.mean((1, 2, 3)) for pixels in shown.values()], 1)[:, :, None].expand(-1, -1, 5)]


class Registry(dict):
    """Stands in for terratorch's registry, and keeps what it was asked for."""

    def build(self, name, **options):
        self.options = options
        self.built = self[name]()
        return self.built


@pytest.fixture
def registry(monkeypatch):
    package = ModuleType("terratorch")
    package.BACKBONE_REGISTRY = Registry({NAME: Patches, "terramind_v1_tiny": Modalities, "timm_resnet18": Patches})
    monkeypatch.setitem(sys.modules, "terratorch", package)
    return package.BACKBONE_REGISTRY


def test_it_works(registry):
    encoder = get_encoder(f"terratorch:{NAME}")
    assert registry.options["bands"] == ["BLUE", "GREEN", "RED", "NIR_NARROW", "SWIR_1", "SWIR_2"]
    samples = [make_sample("sentinel2-l2a", side=32, level=1000, swing=500, seed=seed) for seed in range(20)]
    vectors = encoder.embed(samples)
    assert vectors.shape == (20, encoder.dim)
    six = samples[17].chips[0].pixels[[1, 2, 3, 8, 10, 11]].mean((1, 2))
    np.testing.assert_allclose(vectors[17], (six - MEAN) / DEVIATION, atol=2e-2)


def test_reflectance_of_one_is_ten_thousand(registry):
    encoder = get_encoder(f"terratorch:{NAME}")
    sample = make_sample("sentinel2-l2a", side=16, level=1000, swing=500)
    (chip,) = sample.chips
    sensor = replace(chip.sensor, quantity=Quantity.REFLECTANCE)
    same = replace(sample, chips=(replace(chip, sensor=sensor, pixels=chip.pixels / 1e4),))
    np.testing.assert_allclose(encoder.embed([same]), encoder.embed([sample]), atol=1e-5)


def test_it_says_what_it_cannot_read(registry):
    encoder = get_encoder(f"terratorch:{NAME}")
    assert "RGB camera has no NIR_NARROW, SWIR_1, SWIR_2" in encoder.cannot_read(make_sample("rgb"))
    counts = make_sample(replace(make_sample("sentinel2-l2a").chips[0].sensor, quantity=Quantity.DIGITAL_NUMBER))
    assert "is in digital_number, not reflectance" in encoder.cannot_read(counts)
    sample = make_sample("sentinel2-l2a")
    sensor = replace(sample.chips[0].sensor, bands=sample.chips[0].sensor.bands[:10])
    chip = replace(sample.chips[0], sensor=sensor, pixels=sample.chips[0].pixels[:10])
    with pytest.raises(BadFeatures, match="has no SWIR_1, SWIR_2"):
        encoder.embed([replace(sample, chips=(chip,))])


def test_terramind_reads_every_sensor_that_it_knows(registry):
    encoder = get_encoder("terratorch:terramind_v1_tiny")
    assert registry.options["modalities"] == ["S2L2A", "S1GRD", "DEM"]
    optical, radar = (make_sample("sentinel2-l2a", level=1000), make_sample("sentinel1-grd", level=-15, swing=2))
    both = replace(optical, chips=(*radar.chips, *optical.chips))
    assert encoder.embed([both, both]).shape == (2, 5)
    assert registry.built.seen.keys() == {"S2L2A", "S1GRD"}
    vv, vh = radar.chips[0].pixels.mean((1, 2))
    expected = [(vv + 12.599) / 5.195, (vh + 20.293) / 5.890]
    np.testing.assert_allclose(registry.built.seen["S1GRD"][0], expected, rtol=1e-4)
    assert encoder.embed([radar]).shape == (1, 5)
    assert "has no COASTAL_AEROSOL" in encoder.cannot_read(make_sample("landsat7-etm"))


def test_imagery_of_another_level_is_refused(registry):
    encoder = get_encoder("terratorch:terramind_v1_tiny")
    sensor = replace(make_sample("sentinel2-l2a").chips[0].sensor, level="L1C")
    assert "is L1C, not L2 or L2A or BOA" in encoder.cannot_read(make_sample(sensor))


def test_any_other_is_read_by_a_recipe(registry, tmp_path):
    registry["resnet_rgb"] = Patches
    bands = [{"name": name, "nm": nm, "mean": 100, "deviation": 50} for name, nm in (("R", 650), ("G", 550)) * 3]
    recipe = {"encoder": "resnet_rgb", "quantity": "digital_number", "bands": bands, "options": {"depth": 3}, "skip": 1}
    (tmp_path / "mine.json").write_text(json.dumps(recipe))
    encoder = get_encoder(f"terratorch:{tmp_path}/mine.json")
    assert registry.options == {"depth": 3, "pretrained": True}
    sample = make_sample("rgb", side=28, level=80, swing=30)
    expected = (sample.chips[0].pixels[[0, 1] * 3].mean((1, 2)) - 100) / 50
    np.testing.assert_allclose(encoder.embed([sample])[0], expected, atol=2e-2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "FileNotFoundError"),
        ("{", "JSONDecodeError"),
        ("[]", "AttributeError"),
        ('{"encoder": "resnet_rgb", "quantity": "volts", "bands": [{"name": "R"}]}', "volts"),
        ('{"encoder": "resnet_rgb", "quantity": "decibel", "bands": []}', "it needs bands"),
        ('{"encoder": "resnet_rgb", "quantity": "decibel", "bands": [{"nm": 3}]}', "name"),
    ],
)
def test_a_bad_recipe_says_what_it_lacks(registry, tmp_path, text, reason):
    if text is not None:
        (tmp_path / "mine.json").write_text(text)
    with pytest.raises(BadCheckpoint, match=reason):
        get_encoder(f"terratorch:{tmp_path}/mine.json")


def test_names_of_strangers_are_refused(registry):
    with pytest.raises(UnknownName, match=NAME):
        get_encoder("terratorch:prithvi_eo_v2_9000")
    with pytest.raises(UnknownName, match="a recipe of what it reads"):
        get_encoder("terratorch:timm_resnet18")


def test_without_terratorch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "terratorch", None)
    with pytest.raises(NotInstalled, match="pip install terratorch"):
        get_encoder(f"terratorch:{NAME}")
