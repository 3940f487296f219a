"""python -m mlcore.pretrain: files in, weights and a loss curve out."""

import csv
from xml.etree import ElementTree

import numpy as np
import rasterio

from mlcore.model import load_encoder
from mlcore.pretrain.__main__ import main
from tests.mlcore.chips import make_scene


def write_scene(path, sensor="landsat7-etm"):
    pixels = make_scene(sensor).pixels.astype(np.uint8)
    profile = {"driver": "GTiff", "count": len(pixels), "height": 128, "width": 128, "dtype": "uint8"}
    transform = rasterio.transform.from_origin(400_000, 4_500_000, 30, 30)
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
    assert "crops/s" in capsys.readouterr().out


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
