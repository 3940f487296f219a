"""Checkpoints: what is written comes back, and what is damaged is refused."""

import json
import pickle

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from mlcore.errors import BadCheckpoint, UnknownName
from mlcore.model import Config, Encoder, Network, StatisticsEncoder, load_encoder, read_encoder, save_encoder
from mlcore.sensors import Quantity


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
    loaded = load_encoder(tmp_path / "small.safetensors")
    assert loaded.digest == encoder.digest
    assert loaded.name == "small"
    assert loaded.card == {"licence": "MIT"}


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
    assert sum(parameter.numel() for parameter in encoder.network.parameters()) * 4 < 4_500_000
    assert float(encoder.network.gain) == 1
    assert "landsat.tif" in encoder.card["scenes"]


@pytest.mark.parametrize("kept", [0, 5, 300, -100])
def test_a_truncated_file_is_refused(tmp_path, kept):
    save_encoder(make_encoder(), tmp_path / "good.safetensors")
    path = tmp_path / "short.safetensors"
    path.write_bytes((tmp_path / "good.safetensors").read_bytes()[:kept])
    with pytest.raises(BadCheckpoint, match="not a readable safetensors file"):
        read_encoder(path)


def test_a_file_of_torch_save_is_never_opened(tmp_path):
    torch.save(make_encoder().network.state_dict(), tmp_path / "weights.pt")
    with pytest.raises(BadCheckpoint, match="is a pickle, which could run code"):
        read_encoder(tmp_path / "weights.pt")


def test_vectors_of_another_length_are_told(tmp_path):
    save_encoder(make_encoder(), tmp_path / "good.safetensors")
    path = altered(
        tmp_path / "good.safetensors",
        tmp_path / "bad.safetensors",
        lambda t, c: t.update({"self_test.vectors": torch.zeros(3, 7)}),
    )
    with pytest.raises(BadCheckpoint, match="vectors of 7 numbers"):
        read_encoder(path)


def test_a_file_tells_what_it_reads_and_saw(tmp_path):
    save_encoder(make_encoder(), tmp_path / "small.safetensors")
    with safe_open(tmp_path / "small.safetensors", framework="pt") as file:
        contract = file.metadata()
    told = json.loads(contract["input"])
    assert set(told["units"]) == {quantity.value for quantity in Quantity}
    assert told["bands"]["sar"].endswith("never a wavelength")
    assert json.loads(contract["card"]) == {"licence": "MIT"}


@pytest.mark.parametrize("part", ["config", "card", "extras"])
def test_a_contract_that_is_no_json_is_refused(tmp_path, part):
    save_encoder(make_encoder(), tmp_path / "good.safetensors")
    path = altered(tmp_path / "good.safetensors", tmp_path / "bad.safetensors", lambda t, c: c.update({part: "{oh"}))
    with pytest.raises(BadCheckpoint, match="whole encoder"):
        read_encoder(path)
