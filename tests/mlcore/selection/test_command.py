"""python -m mlcore.selection: a scene and labels in, a table and the reason out."""

import json

import numpy as np
import pytest

from mlcore.errors import BadGeoreference, BadSensor, NotEnoughLabels
from mlcore.selection.__main__ import main
from mlcore.selection.scenes import labelled_samples
from tests.rasters import UTM_ORIGIN, write_raster

SIDE = 120


def _fields():
    """Twelve fields across of two kinds, sparsely labelled: 1 is dark, 2 is bright."""
    kinds = np.random.default_rng(0).permutation(np.arange(144) % 2).reshape(12, 12).repeat(10, 0).repeat(10, 1) + 1
    rng = np.random.default_rng(1)
    labels = np.where(rng.random((SIDE, SIDE)) < 0.1, kinds, 0)
    pixels = (kinds * 60 + rng.normal(0, 25, (3, SIDE, SIDE))).clip(1, 255)
    return pixels.astype(np.uint8), labels.astype(np.uint8)


@pytest.fixture
def files(tmp_path):
    pixels, labels = _fields()
    return write_raster(tmp_path / "scene.tif", pixels), write_raster(tmp_path / "labels.tif", labels[None])


def test_it_works(files, tmp_path, capsys):
    scene, labels = files
    out = tmp_path / "found.json"
    options = [
        "--encoder",
        "image-statistics",
        "--encoder",
        "statistics",
        "--head",
        "nearest",
        "--json",
        str(out),
        "--cache",
        str(tmp_path / "kept"),
    ]
    assert main(["--scene", f"{scene}=rgb", "--labels", str(labels), "--patch", "5", *options]) == 0
    said = capsys.readouterr().out
    assert "40 patches of 2 classes" in said
    assert "* image-statistics" in said and "blocks of ground" in said
    written = json.loads(out.read_text())
    assert written["best"]["mean"] > 0.9
    assert written["better_than_chance"] is True
    assert len(list((tmp_path / "kept").glob("*.npy"))) == 2


def test_patches_show_their_place_and_do_not_overlap(files):
    scene, labels = files
    samples, codes = labelled_samples([str(scene)], labels, per_class=15, patch_px=5, seed=1)
    pixels, truth = _fields()
    padded = np.pad(pixels, ((0, 0), (2, 2), (2, 2)))
    corners = []
    for sample, code in zip(samples, codes, strict=True):
        left, top = (int(side) for side in sample.chips[0].bounds[:2])
        corners.append((top, left))
        assert truth[top + 2, left + 2] == code
        np.testing.assert_array_equal(sample.chips[0].pixels, padded[:, top + 2 : top + 7, left + 2 : left + 7])
    apart = np.abs(np.array(corners)[:, None] - np.array(corners)).max(2)
    assert (apart + 99 * np.eye(len(samples))).min() >= 5
    assert np.bincount(codes)[1:].tolist() == [15, 15]


def test_a_finer_scene_gives_larger_patches_of_the_same_ground(files, tmp_path):
    scene, labels = files
    pixels, _ = _fields()
    fine = write_raster(
        tmp_path / "fine.tif", pixels.repeat(4, 1).repeat(4, 2), transform=UTM_ORIGIN @ UTM_ORIGIN.scale(0.25)
    )
    samples, _ = labelled_samples([str(scene), str(fine)], labels, per_class=9, patch_px=5)
    for sample in samples:
        coarse, finer = sample.chips
        assert finer.pixels.shape == (3, 20, 20)
        np.testing.assert_array_equal(finer.pixels[:, ::4, ::4] * coarse.mask, coarse.pixels * coarse.mask)


def test_a_border_is_invalid(tmp_path):
    pixels, _ = _fields()
    corner = np.zeros((1, SIDE, SIDE), np.uint8)
    corner[0, 0, 0], corner[0, -1, -1] = 1, 2
    scene, labels = write_raster(tmp_path / "s.tif", pixels), write_raster(tmp_path / "l.tif", corner)
    samples, codes = labelled_samples([str(scene)], labels, per_class=1, patch_px=5)
    for sample, code in zip(samples, codes, strict=True):
        mask = sample.chips[0].mask
        assert mask.sum() == 9
        assert mask[2:, 2:].all() if code == 1 else mask[:3, :3].all()


@pytest.mark.parametrize(
    ("labels", "options", "error"),
    [
        (np.zeros((1, SIDE, SIDE), np.uint8), {}, NotEnoughLabels),
        (np.ones((2, SIDE, SIDE), np.uint8), {}, BadSensor),
        (
            np.ones((1, SIDE, SIDE), np.uint8),
            {"transform": UTM_ORIGIN.translation(500, 0) @ UTM_ORIGIN},
            BadGeoreference,
        ),
        (np.ones((1, SIDE, SIDE), np.uint8), {"crs": "EPSG:32633"}, BadGeoreference),
    ],
)
def test_labels_that_do_not_fit_are_refused(tmp_path, files, labels, options, error):
    other = write_raster(tmp_path / "other.tif", labels, **options)
    with pytest.raises(error):
        labelled_samples([str(files[0])], other, per_class=5)


def test_errors_are_said_not_thrown(files, tmp_path, capsys):
    scene, labels = files
    assert main(["--scene", str(tmp_path / "none.tif"), "--labels", str(labels)]) == 2
    assert main(["--scene", str(scene), "--labels", str(labels), "--encoder", "oracle"]) == 2
    assert "Unknown encoder 'oracle'" in capsys.readouterr().err
