"""EfficientNet-lite0: photographs are named rightly, maps lie on the raster, and what it can't show it refuses."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_sample_image
from torch.nn import functional

from mlcore.encoders import get_encoder, list_weights, lite
from mlcore.encoders.family import LITE0_FILE
from mlcore.encoders.lite import __main__ as converting
from mlcore.encoders.lite.network import EPSILON
from mlcore.encoders.published import read_weights
from mlcore.errors import BadCheckpoint, BadFeatures
from mlcore.samples import Sample
from mlcore.sensors import get_sensor
from tests.mlcore.chips import make_chip, make_sample

PUBLISHED = Path(os.environ.get("TERRASCRIBE_SAMPLES", "var/samples")) / LITE0_FILE
DAISY, PALACE = 985, 698  # of ImageNet's classes


@pytest.fixture(scope="module")
def published():
    if not PUBLISHED.is_file():
        pytest.skip(f"{PUBLISHED} is not there: `make samples` fetches it")
    return PUBLISHED


@pytest.fixture(scope="module")
def encoder(published):
    return get_encoder(f"lite0:{published}")


@pytest.mark.parametrize(("name", "expected"), [("flower.jpg", DAISY), ("china.jpg", PALACE)])
def test_it_works(encoder, published, name, expected):
    """With the classifier put back, photographs are named as ImageNet names them: the network is the published one."""
    head = read_weights(published)
    photograph = torch.from_numpy(load_sample_image(name).copy()).permute(2, 0, 1)[None, :, :, 107:534].float()
    picture = functional.interpolate(photograph, (224, 224), mode="bicubic", antialias=True).clamp(0, 255)
    raster = functional.conv2d(encoder.network((picture - 127) / 128)[32], head["_conv_head.weight"])
    norm = [head[f"_bn1.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
    pooled = functional.relu6(functional.batch_norm(raster, *norm, False, 0, EPSILON)).mean((2, 3))
    assert int((pooled @ head["_fc.weight"].T + head["_fc.bias"]).argmax()) == expected


def test_vectors_are_finite_differ_and_have_blocks(encoder):
    samples = [make_sample("rgb", side=side, seed=side) for side in (9, 64, 96, 200)]
    vectors = encoder.embed(samples)
    assert vectors.shape == (4, 24 + 40 + 112 + 320) == (4, encoder.dim)
    assert np.isfinite(vectors).all()
    assert len(np.unique(vectors.round(4), axis=0)) == 4
    assert {name: part.stop - part.start for name, part in encoder.blocks.items()} == {
        "stride 4": 24, "stride 8": 40, "stride 16": 112, "stride 32": 320,
    }  # fmt: skip


def test_a_sample_is_the_mean_of_what_can_be_shown_of_it(encoder):
    one, other = make_chip("rgb", seed=1), make_chip("rgb", seed=2)
    elevation = make_chip("elevation")
    both = encoder.embed([Sample((one, elevation, other))])[0]
    np.testing.assert_allclose(both, encoder.embed([Sample((one,)), Sample((other,))]).mean(0), atol=1e-5)


def test_what_is_not_valid_counts_for_little(encoder):
    chip = make_chip("rgb", side=96, seed=1)
    pixels, mask = chip.pixels.copy(), chip.mask.copy()
    pixels[:, :48], mask[:48] = 255, False
    spoilt = replace(chip, pixels=pixels)
    whole, bright, masked = encoder.embed([Sample((each,)) for each in (chip, spoilt, replace(spoilt, mask=mask))])
    assert np.abs(masked - whole).mean() < np.abs(bright - whole).mean() / 2
    nothing = replace(chip, mask=np.zeros_like(chip.mask))
    assert not encoder.embed([Sample((nothing,))]).any()


@pytest.mark.parametrize(("sensor", "level", "swing"), [("sentinel2-l2a", 1000, 2000), ("sentinel1-grd", -20, 15)])
def test_other_sensors_are_shown_in_three_colours(encoder, sensor, level, swing):
    samples = [make_sample(sensor, level=level, swing=swing, seed=seed) for seed in range(2)]
    first, second = encoder.embed(samples)
    assert np.isfinite(first).all()
    assert np.abs(first - second).max() > 0.01


@pytest.mark.parametrize(
    ("sensor", "level", "told"),
    [
        ("elevation", 80, "only elevation"),
        ("rgb", 4000, "counts above 255"),
        ("nir-only", 80, "no red, green and blue"),
    ],
)
def test_what_it_cannot_show_it_refuses(sensor, level, told):
    rgb = get_sensor("sentinel2-l2a")
    narrow = replace(rgb, title="Near infrared", bands=tuple(band for band in rgb.bands if band.name == "B08"))
    sample = make_sample(narrow if sensor == "nir-only" else sensor, level=level)
    untrained = lite.untrained()
    assert told in untrained.cannot_read(sample)
    with pytest.raises(BadFeatures, match=told):
        untrained.embed([sample])
    with pytest.raises(BadFeatures, match=told):
        untrained.embed_map(sample)
    assert "needs imagery" in untrained.cannot_read(Sample(()))


def test_maps_lie_on_the_cells_of_the_raster():
    untrained = lite.untrained()
    features = untrained.embed_map(make_chip("rgb", side=64))
    assert features.shape[0] == 24 + 40 + 112 == list(untrained.map_blocks.values())[-1].stop
    assert features.shape[1] == features.shape[2]
    assert np.isfinite(features).all()


def test_conversion_keeps_the_vectors_and_says_where_the_weights_come_from(encoder, published, tmp_path):
    target = tmp_path / "encoders/efficientnet-lite0.safetensors"
    assert converting.main([str(published.parents[2]), str(target)]) == 0
    sample = make_sample("rgb")
    (listed,) = list_weights(target.parent)
    assert (listed.fault, listed.family, listed.card["licence"]) == ("", "lite0", "Apache-2.0")
    converted = get_encoder(f"lite0:{target}")
    assert converted.digest == encoder.digest
    np.testing.assert_array_equal(converted.embed([sample]), encoder.embed([sample]))


def test_other_files_are_not_converted(tmp_path, capsys):
    place = tmp_path / LITE0_FILE
    assert converting.main([str(tmp_path), str(tmp_path / "x.safetensors")]) == 2
    assert "can't be read" in capsys.readouterr().err
    place.parent.mkdir(parents=True)
    place.write_bytes(b"something else")
    assert converting.main([str(tmp_path), str(tmp_path / "x.safetensors")]) == 2
    assert hashlib.sha256(b"something else").hexdigest() in capsys.readouterr().err
    assert not (tmp_path / "x.safetensors").exists()


def test_cut_or_foreign_weights_are_refused(published, tmp_path):
    (tmp_path / "cut.pth").write_bytes(published.read_bytes()[:1_000_000])
    with pytest.raises(BadCheckpoint):
        get_encoder(f"lite0:{tmp_path / 'cut.pth'}")
    torch.save({"_conv_stem.weight": torch.zeros(1)}, tmp_path / "other.pt")
    with pytest.raises(BadCheckpoint, match="weights of this architecture"):
        get_encoder(f"lite0:{tmp_path / 'other.pt'}")
    with pytest.raises(BadCheckpoint, match="lite0:FILE"):
        get_encoder("lite0")
