"""The door to torchgeo: shut with a clear word where it isn't installed, and right about bands where it is."""

import json
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from mlcore.encoders import get_encoder
from mlcore.errors import BadFeatures, BadSensor, NotInstalled, UnknownName
from tests.mlcore.chips import make_sample

NAME = "ResNet18_Weights.SENTINEL2_RGB_MOCO"


class Mean(torch.nn.Module):
    """Answers with the mean of each channel."""

    num_features = 3

    def forward(self, pixels):
        return pixels.mean((2, 3))


@pytest.fixture
def stand_in(monkeypatch):
    bands = {NAME: ["B4", "B3", "B2"], "Landsat": ["SR_B1"]}

    def get_weight(name):
        transforms = lambda batch: {"image": batch["image"] / 1e4}  # noqa: E731
        return SimpleNamespace(meta={"bands": bands[name], "model": "resnet18"}, transforms=transforms)

    package, models = ModuleType("torchgeo"), ModuleType("torchgeo.models")
    models.get_weight, models.get_model = get_weight, lambda *_, **options: Mean()
    monkeypatch.setitem(sys.modules, "torchgeo", package)
    monkeypatch.setitem(sys.modules, "torchgeo.models", models)


def test_it_works(stand_in):
    encoder = get_encoder(f"torchgeo:{NAME}")
    samples = [make_sample("sentinel2-l2a", side=8, level=1000, swing=500, seed=seed) for seed in range(40)]
    vectors = encoder.embed(samples)
    assert vectors.shape == (40, encoder.dim)
    expected = samples[37].chips[0].pixels[[3, 2, 1]].mean((1, 2)) / 1e4
    np.testing.assert_allclose(vectors[37], expected, rtol=1e-5)


def test_it_says_which_bands_are_missing(stand_in):
    encoder = get_encoder(f"torchgeo:{NAME}")
    assert "RGB camera has no B4, B2" in encoder.cannot_read(make_sample("rgb"))
    with pytest.raises(BadFeatures, match="has no B4"):
        encoder.embed([make_sample("rgb")])


def test_weights_for_another_sensor_are_read_by_a_recipe(stand_in, tmp_path):
    bands = [{"name": f"SR_B{n}", "nm": nm, "mean": 50, "deviation": 10} for n, nm in ((1, 485), (2, 560), (3, 660))]
    recipe = {"encoder": "Landsat", "quantity": "digital_number", "bands": bands, "side": None}
    (tmp_path / "landsat.json").write_text(json.dumps(recipe))
    encoder = get_encoder(f"torchgeo:{tmp_path}/landsat.json")
    sample = make_sample("landsat7-etm", side=8)
    expected = (sample.chips[0].pixels[:3].mean((1, 2)) - 50) / 10
    np.testing.assert_allclose(encoder.embed([sample])[0], expected, rtol=1e-5)


def test_weights_of_strangers_are_refused(stand_in):
    with pytest.raises(UnknownName, match="torchgeo"):
        get_encoder("torchgeo:Nothing")
    with pytest.raises(BadSensor, match="Sentinel-2"):
        get_encoder("torchgeo:Landsat")


def test_without_torchgeo_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchgeo.models", None)
    with pytest.raises(NotInstalled, match="pip install torchgeo"):
        get_encoder(f"torchgeo:{NAME}")
