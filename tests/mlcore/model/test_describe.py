"""describe() and export: what an encoder makes of a sample, and the encoder as a program."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import torch

from mlcore.errors import BadSample, BadSensor
from mlcore.model import Config, Encoder, Network, load_encoder
from mlcore.model.__main__ import main
from mlcore.model.describe import describe
from mlcore.model.export import export_encoder
from mlcore.samples import Sample
from mlcore.sensors import get_sensor, unknown_sensor
from tests.mlcore.chips import make_chip, make_sample


def test_it_works():
    optical = replace(make_chip("sentinel2-l2a", level=1500, swing=300), acquired=date(2020, 5, 1))
    radar = make_chip("sentinel1-grd", level=-12, swing=3)
    description = describe(load_encoder("nano"), Sample((optical, radar), place=(13, 52), texts=("Flood",)))
    assert "chip 1, Sentinel-2 MSI L2A" in description.used[0]
    assert "2020-05-01" in description.used[0]
    assert "VV, VH" in description.used[1]
    assert any("by smooth interpolation" in line for line in description.imputed)
    assert [line for line in description.missing if "orbit" in line]
    assert [line.split(":")[0] for line in description.dropped] == ["place", "texts"]
    assert description.text.startswith("Used: chip 1")


def test_it_tells_what_nobody_knows_and_what_has_no_data():
    chip = make_chip(unknown_sensor(4))
    empty = replace(make_chip(), mask=np.zeros_like(make_chip().mask))
    description = describe(load_encoder("nano"), Sample((chip, empty)))
    assert "known by their number only" in description.text
    assert "no valid pixel" in description.dropped[0]


def test_learnt_spectra_are_told():
    encoder = load_encoder("nano").with_spectra([make_chip()])
    description = describe(encoder, make_sample("rgb"))
    assert "read as the 7 bands of Landsat 7" in description.imputed[0]


def test_contradictions_are_refused():
    with pytest.raises(BadSample, match="in the future"):
        describe(load_encoder("nano"), replace(make_sample(), acquired=date(2999, 1, 1)))


def test_the_command_prints_it(capsys):
    assert main(["describe", "nano", "--sensor", "sentinel1-grd"]) == 0
    assert "spectrum 85" in capsys.readouterr().out
    assert main(["describe", "nano", "--sensor", "hubble"]) == 1
    assert "Unknown sensor 'hubble'" in capsys.readouterr().err


def test_an_exported_program_gives_the_same_vectors(tmp_path):
    torch.manual_seed(0)
    network = Network(Config(name="small", rank=4, width=16, depth=1)).requires_grad_(False)
    network.gain.fill_(1.0)
    sensor, encoder = get_sensor("landsat7-etm"), Encoder(network=network)
    export_encoder(encoder, sensor, tmp_path / "small.pt2", tile_px=12)
    program = torch.export.load(tmp_path / "small.pt2").module()
    samples = [make_sample(side=12, seed=seed, level=40 + 30 * seed) for seed in range(3)]
    chips = [sample.chips[0] for sample in samples]
    chips[1].mask[:3] = False
    pixels = torch.from_numpy(np.stack([chip.pixels for chip in chips]))
    masks = torch.from_numpy(np.stack([chip.mask for chip in chips])[:, None].astype(np.float32))
    np.testing.assert_allclose(program(pixels, masks).numpy(), encoder.embed(samples), atol=2e-4)


def test_what_needs_more_than_pixels_is_not_exported(tmp_path):
    with pytest.raises(BadSensor, match="Only an encoder of imagery"):
        export_encoder(load_encoder("nano").with_knowledge("place"), get_sensor("rgb"), tmp_path / "a.pt2")
