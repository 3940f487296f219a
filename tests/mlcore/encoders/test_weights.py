"""Weights in a folder: they are recognised without being loaded, and what could run code or do harm is refused."""

import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch

from mlcore.encoders import list_weights, open_weights, presto
from mlcore.encoders.contents import read_contents
from mlcore.encoders.registry import ENCODERS, FAMILIES
from mlcore.errors import BadCheckpoint
from mlcore.model import load_encoder, save_encoder
from tests.mlcore.chips import make_sample
from tests.mlcore.encoders.weights import lay_galileo, lay_presto


def only(folder):
    (weights,) = list_weights(folder)
    return weights


def test_it_works(tmp_path):
    lay_galileo(tmp_path / "galileo-small")
    lay_presto(tmp_path / "presto")
    save_encoder(load_encoder("nano"), tmp_path / "mine.safetensors")
    listed = list_weights(tmp_path)
    assert [(weights.name, weights.family, weights.title, weights.fault) for weights in listed] == [
        ("galileo-small", "galileo", "Galileo (galileo-small)", ""),
        ("mine.safetensors", "ours", "Terrascribe (mine.safetensors)", ""),
        ("presto", "presto", "Presto", ""),
    ]
    assert [weights.kind.maps for weights in listed] == [True, True, False]
    for weights, dim in zip(listed, (128, load_encoder("nano").dim, 128), strict=True):
        encoder = open_weights(weights)
        vectors = encoder.embed([make_sample("sentinel2-l2a")])
        assert vectors.shape == (1, dim)
        assert np.isfinite(vectors).all()
        assert open_weights(weights) is encoder  # until the file changes


def test_listing_loads_no_torch(tmp_path):
    lay_presto(tmp_path / "presto")
    code = (
        "import sys; from pathlib import Path; from mlcore.encoders import list_weights; "
        "print([w.family for w in list_weights(Path(sys.argv[1]))], 'torch' in sys.modules, 'sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['presto'] False False"


def test_every_family_is_made_by_the_registry():
    assert set(FAMILIES) == {"ours", "galileo", "presto", "lite0"}
    assert all(ENCODERS[name].family is family for name, family in FAMILIES.items())


def test_a_card_is_read_from_what_lies_beside_the_weights(tmp_path):
    lay_presto(tmp_path / "presto")
    (tmp_path / "presto" / "SOURCE.txt").write_text(
        "NAME: x\nSOURCE: a place <b>\nWHAT: pixel series\n\nFILES (sha256):\n"
    )
    (tmp_path / "presto" / "LICENSE").write_text("\nMIT License\n\nCopyright\n")
    assert only(tmp_path).card["source"] == "a place <b>"
    assert only(tmp_path).card["licence"] == "MIT License"
    assert "Sentinel-2" in only(tmp_path).card["reads"]
    notes = {"title": "Fields of ours", "licence": "CC0", "data": 3, "list": [1], "long": "x" * 9000}
    (tmp_path / "presto" / "card.json").write_text(json.dumps(notes))
    assert only(tmp_path).title == "Fields of ours (presto)"
    card = only(tmp_path).card
    assert (card["licence"], card["data"], len(card["long"])) == ("CC0", "3", 500)
    assert "list" not in card
    (tmp_path / "presto" / "card.json").write_text("[" * 50_000)
    assert only(tmp_path).card["licence"] == "MIT License"


def test_changed_weights_are_read_again_under_another_digest(tmp_path):
    lay_presto(tmp_path / "presto")
    first = open_weights(only(tmp_path)).digest
    lay_presto(tmp_path / "presto", seed=1)
    os.utime(tmp_path / "presto" / "default_model.pt", (1, 1))
    assert open_weights(only(tmp_path)).digest != first


def test_sizes_that_the_weights_do_not_tell_are_part_of_the_digest(tmp_path):
    lay_galileo(tmp_path / "galileo")
    first = open_weights(only(tmp_path))
    lay_galileo(tmp_path / "galileo", num_heads=4)
    second = open_weights(only(tmp_path))
    assert first.digest != second.digest


class Runs:
    """What a pickle does when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("how", ["zipped", "bare", "bare in safetensors", "torch.load"])
def test_a_pickle_that_could_run_code_is_refused_and_not_run(tmp_path, how):
    folder, harm = tmp_path / "folder", tmp_path / "harm"
    (folder / "presto").mkdir(parents=True)
    path = folder / "presto" / ("model.safetensors" if "safetensors" in how else "model.pt")
    held = {"encoder.eo_patch_embed.S2_RGB.weight": Runs(harm)}
    if how == "zipped":
        torch.save(held, path)
    elif how == "torch.load":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x/data.pkl", b"\x80\x02ctorch\nload\nX\x01\x00\x00\x00x\x85R.")
    else:
        path.write_bytes(pickle.dumps(held, protocol=2))
    weights = only(folder)
    assert weights.fault
    assert ("run code" in weights.fault) == (how != "bare in safetensors")
    assert ("save its tensors" in weights.fault) == (how != "bare in safetensors")
    with pytest.raises(BadCheckpoint, match="presto"):
        open_weights(weights)
    with pytest.raises(BadCheckpoint):
        presto.load(path)
    assert not harm.exists()


def test_links_that_lead_out_of_the_folder_are_refused(tmp_path):
    lay_presto(tmp_path / "elsewhere")
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "inner" / "model.pt").symlink_to(tmp_path / "elsewhere" / "default_model.pt")
    (folder / "gone.pt").symlink_to(tmp_path / "nothing.pt")
    (folder / "round.pt").symlink_to(folder / "round.pt")
    lay_presto(folder / "noted")
    (tmp_path / "secret.txt").write_text("Password: 1234\n")
    (folder / "noted" / "README.txt").symlink_to(tmp_path / "secret.txt")
    faults = {weights.name: weights.fault for weights in list_weights(folder)}
    assert "leads out of the folder" in faults["linked"]
    assert "leads out of the folder" in faults["inner"]
    assert faults["gone.pt"]
    assert faults["round.pt"]
    assert faults["noted"] == ""
    assert "password" not in next(weights.card for weights in list_weights(folder) if weights.name == "noted")


def _cut(path):
    path.write_bytes(path.read_bytes()[:1000])


def _scribbled(path):
    held = bytearray(path.read_bytes())
    held[100:4000] = b"\xff" * 3900
    path.write_bytes(held)


def _huge(path):
    with path.open("ab") as file:
        file.truncate(5 * 1024**3)  # sparse: takes no room


def _nan(path):
    tensors = torch.load(path, weights_only=True)
    tensors["encoder.norm.weight"][0] = torch.nan
    torch.save(tensors, path)


def _lacking(path):
    tensors = torch.load(path, weights_only=True)
    del tensors["encoder.norm.weight"]
    torch.save(tensors, path)


def _bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/data.pkl", b"\0" * 50_000_000)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (_cut, "damaged"),
        (_scribbled, "default_model.pt"),
        (_huge, "larger than 4 GB"),
        (_nan, "NaN or infinity"),
        (_lacking, "doesn't hold the weights"),
        (_bomb, "compressed archive"),
        (lambda path: path.write_bytes(b""), "neither"),
        (lambda path: path.write_bytes(b"# not weights at all"), "neither"),
        (lambda path: torch.save({"other": torch.zeros(2)}, path), "no encoder that can be read here"),
        (lambda path: torch.save([1, 2], path), "no encoder that can be read here"),
    ],
)
def test_damaged_weights_are_refused_in_words(tmp_path, harm, reason):
    lay_presto(tmp_path / "presto")
    harm(tmp_path / "presto" / "default_model.pt")
    with pytest.raises(BadCheckpoint, match=reason) as refusal:
        open_weights(only(tmp_path))
    assert len(str(refusal.value)) < 700


def test_a_safetensors_file_with_an_absurd_header_is_refused(tmp_path):
    path = tmp_path / "huge.safetensors"
    path.write_bytes((2**60).to_bytes(8, "little") + b"{}")
    with pytest.raises(BadCheckpoint, match="header"):
        read_contents(path)


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [({"embedding_size": 10**9}, "embedding_size"), ({"num_heads": 0}, "heads"), ({"depth": -1}, "depth")],
)
def test_absurd_sizes_are_refused_before_anything_is_made_of_them(tmp_path, sizes, reason):
    lay_galileo(tmp_path / "galileo", **sizes)
    with pytest.raises(BadCheckpoint, match=reason):
        open_weights(only(tmp_path))


def test_what_is_missing_or_ambiguous_is_said(tmp_path):
    lay_galileo(tmp_path / "a")
    (tmp_path / "a" / "config.json").unlink()
    lay_presto(tmp_path / "b", "one.pt")
    lay_presto(tmp_path / "b", "two.pt")
    (tmp_path / "c").mkdir()
    lay_presto(tmp_path / "d e")
    lay_presto(tmp_path / ".hidden")
    (tmp_path / "README.md").write_text("Weights of ours.")
    faults = {weights.name: weights.fault for weights in list_weights(tmp_path)}
    assert "needs config.json beside encoder.safetensors" in faults.pop("a")
    assert "several files of weights (one.pt, two.pt)" in faults.pop("b")
    assert "no file of weights" in faults.pop("c")
    assert "rename it" in faults.pop("d e")
    assert not faults
    shutil.rmtree(tmp_path)
    assert list_weights(tmp_path) == []
