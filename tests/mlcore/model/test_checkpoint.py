"""Checkpoints: what is written comes back, and what is damaged is refused."""

import pickle

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from mlcore.errors import BadCheckpoint, UnknownName
from mlcore.model import Config, Encoder, Network, StatisticsEncoder, load_encoder, read_encoder, save_encoder


def make_encoder(seed=0):
    torch.manual_seed(seed)
    network = Network(Config(name="small", rank=4, width=16, depth=1)).requires_grad_(False)
    network.gain.fill_(1.0)
    return Encoder(network=network, card={"licence": "MIT"})


def altered(source, target, change):
    with safe_open(source, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        contract = file.metadata()
    change(tensors, contract)
    save_file(tensors, target, metadata=contract)
    return target


def test_it_works(tmp_path):
    encoder = make_encoder()
    save_encoder(encoder, tmp_path / "small.safetensors")
    found = load_encoder(tmp_path / "small.safetensors")
    assert found.digest == encoder.digest
    assert found.name == "small"
    assert found.card == {"licence": "MIT"}


def test_the_digest_follows_the_weights():
    assert make_encoder(0).digest == make_encoder(0).digest
    assert make_encoder(0).digest != make_encoder(1).digest
    assert make_encoder(0).digest != StatisticsEncoder().digest


def test_changed_weights_fail_the_self_test(tmp_path):
    save_encoder(make_encoder(), tmp_path / "good.safetensors")
    path = altered(
        tmp_path / "good.safetensors",
        tmp_path / "bad.safetensors",
        lambda t, c: t["network.tokenizer.embed.weight"].mul_(1.5),
    )
    with pytest.raises(BadCheckpoint, match="self-test"):
        read_encoder(path)


def test_weights_that_are_not_numbers_fail_the_self_test(tmp_path):
    save_encoder(make_encoder(), tmp_path / "good.safetensors")
    path = altered(
        tmp_path / "good.safetensors",
        tmp_path / "bad.safetensors",
        lambda t, c: t["network.tokenizer.embed.bias"].fill_(torch.nan),
    )
    with pytest.raises(BadCheckpoint, match="self-test"):
        read_encoder(path)


def test_a_missing_tensor_is_refused(tmp_path):
    save_encoder(make_encoder(), tmp_path / "good.safetensors")
    path = altered(
        tmp_path / "good.safetensors", tmp_path / "bad.safetensors", lambda t, c: t.pop("network.tokenizer.basis")
    )
    with pytest.raises(BadCheckpoint, match="whole encoder"):
        read_encoder(path)


def test_another_format_is_refused(tmp_path):
    save_encoder(make_encoder(), tmp_path / "good.safetensors")
    path = altered(tmp_path / "good.safetensors", tmp_path / "bad.safetensors", lambda t, c: c.update(format="other-9"))
    with pytest.raises(BadCheckpoint, match="other-9"):
        read_encoder(path)


def test_a_pickle_is_never_opened(tmp_path):
    path = tmp_path / "evil.safetensors"
    path.write_bytes(pickle.dumps(print))
    with pytest.raises(BadCheckpoint, match="is a pickle"):
        read_encoder(path)


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(UnknownName, match="nano.*statistics"):
        load_encoder("giant")


def test_the_shipped_weights_are_small_and_trained():
    encoder = load_encoder("nano")
    assert sum(parameter.numel() for parameter in encoder.network.parameters()) * 4 < 2_000_000
    assert float(encoder.network.gain) == 1
    assert "landsat.tif" in encoder.card["scenes"]
