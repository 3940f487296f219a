"""python -m mlcore.pretrain: files in, weights and a loss curve out."""

import csv
from xml.etree import ElementTree

import numpy as np
import rasterio

from mlcore.model import load_encoder
from mlcore.pretrain.__main__ import main
from tests.mlcore.chips import make_scene


def write_scene(path, sensor="landsat7-etm", *, west=400_000):
    pixels = make_scene(sensor).pixels.astype(np.uint8)
    profile = {"driver": "GTiff", "count": len(pixels), "height": 128, "width": 128, "dtype": "uint8"}
    transform = rasterio.transform.from_origin(west, 4_500_000, 30, 30)
    with rasterio.open(path, "w", crs="EPSG:32612", transform=transform, **profile) as file:
        file.write(pixels)
    return path


def test_it_works(tmp_path, capsys):
    scenes = [str(write_scene(tmp_path / "a.tif")), f"{write_scene(tmp_path / 'b.tif', 'rgb')}=rgb"]
    out, curve = tmp_path / "tiny.safetensors", tmp_path / "loss.csv"
    options = [
        "--out",
        str(out),
        "--tile",
        "16",
        "--batch",
        "8",
        "--steps",
        "4",
        "--threads",
        "1",
        "--curve",
        str(curve),
    ]
    assert main([*scenes, *options]) == 0
    encoder = load_encoder(out)
    assert encoder.name == "tiny"
    assert encoder.card["scenes"] == "a.tif, b.tif"
    assert str(tmp_path) not in str(encoder.card)
    rows = list(csv.DictReader(curve.open()))
    assert [row["step"] for row in rows] == ["1", "2", "3", "4"]
    assert ElementTree.parse(tmp_path / "loss.svg").getroot().tag.endswith("svg")
    assert "samples/s" in capsys.readouterr().out


def test_a_wrong_file_is_a_message_and_no_weights(tmp_path, capsys):
    path = tmp_path / "notes.tif"
    path.write_text("not a raster")
    assert main([str(path), "--out", str(tmp_path / "x.safetensors")]) == 1
    assert "notes.tif" in capsys.readouterr().err
    assert not (tmp_path / "x.safetensors").exists()


def test_a_wrong_sensor_is_a_message(tmp_path, capsys):
    path = write_scene(tmp_path / "a.tif")
    assert main([f"{path}=sentinel2-l2a", "--out", str(tmp_path / "x.safetensors")]) == 1
    assert "7 bands" in capsys.readouterr().err


def write_aligned(folder):
    """A place seen by two sensors, one of them at two dates."""
    files = [write_scene(folder / "a.tif"), write_scene(folder / "b.tif", "rgb"), write_scene(folder / "c.tif", "rgb")]
    return f"{files[0]}=landsat7-etm@2020-06-01+{files[1]}=rgb@2020-06-01+{files[2]}=rgb@2020-07-01"


BRIEF = ["--tile", "16", "--batch", "4", "--steps", "2", "--threads", "1"]


def test_files_of_one_place_are_contrasted_with_each_other(tmp_path):
    out = tmp_path / "tiny.safetensors"
    objective = ["--objective", "neighbours=1", "crossmodal=1"]
    assert main([write_aligned(tmp_path), "--out", str(out), "--size", "test", *objective, *BRIEF]) == 0
    card = load_encoder(out).card
    assert card["scenes"] == "a.tif, b.tif, c.tif"
    assert str(tmp_path) not in str(card)


def test_files_of_other_places_are_no_group(tmp_path, capsys):
    near = write_scene(tmp_path / "a.tif")
    far = write_scene(tmp_path / "b.tif", west=500_000)
    assert main([f"{near}=landsat7-etm+{far}=landsat7-etm", "--out", str(tmp_path / "x.safetensors")]) == 1
    assert "same ground" in capsys.readouterr().err


def test_a_wrong_date_is_a_message(tmp_path, capsys):
    path = write_scene(tmp_path / "a.tif")
    assert main([f"{path}=landsat7-etm@2020-13-01", "--out", str(tmp_path / "x.safetensors")]) == 1
    assert "2020-01-13" in capsys.readouterr().err


def test_scenes_are_cut_into_shards_that_training_reads_and_resumes(tmp_path, capsys):
    folder, state = tmp_path / "corpus", tmp_path / "run.safetensors"
    assert main(["shards", write_aligned(tmp_path), "--tile", "32", "--out", str(folder)]) == 0
    assert "16 samples" in capsys.readouterr().out
    training = ["--shards", str(folder / "*.tar"), "--out", str(tmp_path / "x.safetensors"), "--size", "test"]
    resumable = ["--state", str(state), "--every", "1", "--resume"]
    assert main([*training, *resumable, *BRIEF]) == 0
    first = load_encoder(tmp_path / "x.safetensors").digest
    assert main([*training, *resumable, *BRIEF]) == 0
    assert load_encoder(tmp_path / "x.safetensors").digest == first


def test_the_plan_is_a_table_of_what_was_counted(capsys):
    assert main(["plan", "--sizes", "mini", "--mfu", "0.2", "--gpus", "4"]) == 0
    text = capsys.readouterr().out
    assert "20% of 989 TFLOP/s" in text
    assert "| mini | 5.1 M |" in text
