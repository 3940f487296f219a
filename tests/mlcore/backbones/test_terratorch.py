"""The door to terratorch: shut with a clear word where it isn't installed, and right about bands where it is."""

import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
import torch

from mlcore.backbones import load_backbone
from mlcore.errors import BadFeatures, NotInstalled, UnknownName
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


class Registry(dict):
    """Stands in for terratorch's registry, and keeps what it was asked for."""

    def build(self, name, **options):
        self.options = options
        return self[name]()


@pytest.fixture
def registry(monkeypatch):
    package = ModuleType("terratorch")
    package.BACKBONE_REGISTRY = Registry({NAME: Patches, "timm_resnet18": Patches})
    monkeypatch.setitem(sys.modules, "terratorch", package)
    return package.BACKBONE_REGISTRY


def test_it_works(registry):
    backbone = load_backbone(f"terratorch:{NAME}")
    assert registry.options["bands"] == ["BLUE", "GREEN", "RED", "NIR_NARROW", "SWIR_1", "SWIR_2"]
    samples = [make_sample("sentinel2-l2a", side=32, level=1000, swing=500, seed=seed) for seed in range(20)]
    vectors = backbone.embed(samples)
    assert vectors.shape == (20, backbone.dim)
    six = samples[17].chips[0].pixels[[1, 2, 3, 8, 10, 11]].mean((1, 2))
    np.testing.assert_allclose(vectors[17], (six - MEAN) / DEVIATION, atol=2e-2)


def test_reflectance_of_one_is_ten_thousand(registry):
    backbone = load_backbone(f"terratorch:{NAME}")
    sample = make_sample("sentinel2-l2a", side=16, level=1000, swing=500)
    (chip,) = sample.chips
    sensor = replace(chip.sensor, quantity=Quantity.REFLECTANCE)
    same = replace(sample, chips=(replace(chip, sensor=sensor, pixels=chip.pixels / 1e4),))
    np.testing.assert_allclose(backbone.embed([same]), backbone.embed([sample]), atol=1e-5)


def test_it_says_what_it_cannot_read(registry):
    backbone = load_backbone(f"terratorch:{NAME}")
    assert "RGB camera is in digital_number, not reflectance" in backbone.cannot_read(make_sample("rgb"))
    sample = make_sample("sentinel2-l2a")
    sensor = replace(sample.chips[0].sensor, bands=sample.chips[0].sensor.bands[:10])
    chip = replace(sample.chips[0], sensor=sensor, pixels=sample.chips[0].pixels[:10])
    with pytest.raises(BadFeatures, match="has no SWIR_1, SWIR_2"):
        backbone.embed([replace(sample, chips=(chip,))])


def test_names_of_strangers_are_refused(registry):
    with pytest.raises(UnknownName, match=NAME):
        load_backbone("terratorch:prithvi_eo_v2_9000")
    with pytest.raises(UnknownName, match="Prithvi encoder"):
        load_backbone("terratorch:timm_resnet18")


def test_without_terratorch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "terratorch", None)
    with pytest.raises(NotInstalled, match="pip install terratorch"):
        load_backbone(f"terratorch:{NAME}")
