"""The benchmark on a user's own scene."""

from functools import partial

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from mlcore.benchmarks import datasets
from mlcore.benchmarks.__main__ import main
from mlcore.benchmarks.active import annotator
from mlcore.benchmarks.datasets import own
from mlcore.errors import BadGeoreference, NotEnoughLabels


def write(path, pixels, metres=10.0):
    bands, height, width = pixels.shape
    shape = {"width": width, "height": height, "count": bands, "dtype": pixels.dtype}
    with rasterio.open(
        path, "w", driver="GTiff", crs="EPSG:32633", transform=from_origin(4e5, 5.8e6, metres, metres), **shape
    ) as file:
        file.write(pixels)
    return path


@pytest.fixture
def scene(tmp_path):
    """Return an RGB scene, one twice as fine, and labels of two crops."""
    rng = np.random.default_rng(0)
    codes = np.kron(rng.integers(0, 3, (8, 8)), np.ones((10, 10), int))
    colour = np.array([[90, 90, 90], [60, 120, 40], [150, 120, 80]])[codes].transpose(2, 0, 1)
    noisy = np.clip(colour + rng.normal(0, 6, colour.shape), 0, 255).astype(np.uint8)
    fine = noisy.repeat(2, 1).repeat(2, 2)
    labels = write(tmp_path / "labels.tif", codes[None].astype(np.uint8))
    yield write(tmp_path / "coarse.tif", noisy), write(tmp_path / "fine.tif", fine, 5.0), labels
    datasets.load_set.cache_clear()


def test_it_works(scene, tmp_path, capsys):
    coarse, _, labels = scene
    asked = ["--scene", f"{coarse}=rgb", "--labels", str(labels), "--rows", "raw", "--seeds", "1", "--threads", "1"]
    page = tmp_path / "own.md"
    assert main(["features", *asked, "--store", str(tmp_path / "store"), "--markdown", str(page)]) == 0
    said = capsys.readouterr().out
    assert "coarse (accuracy, %)" in said
    assert "block 20" in page.read_text()


def test_a_quick_look_is_at_the_scene_that_was_given(scene, tmp_path, capsys):
    coarse, _, labels = scene
    asked = ["--scene", f"{coarse}=rgb", "--labels", str(labels), "--rows", "raw", "--seeds", "1", "--threads", "1"]
    assert main(["features", *asked, "--quick", "--store", str(tmp_path / "store")]) == 0
    said = capsys.readouterr().out
    assert "coarse (accuracy, %)" in said
    assert "Houston" not in said


def test_scenes_are_inputs_alone_and_together(scene):
    coarse, fine, labels = scene
    data = own.load(own.name_of([f"{coarse}=rgb", str(fine)], labels))
    assert list(data.inputs) == ["coarse", "fine", "coarse+fine"]
    assert set(data.targets) == {1, 2}
    together = data.inputs["coarse+fine"](np.array([5]))[0]
    assert [chip.pixels.shape for chip in together.chips] == [(3, 9, 9), (3, 18, 18)]
    np.testing.assert_array_equal(together.chips[1].pixels[:, ::2, ::2], together.chips[0].pixels)


def test_labels_of_another_raster_are_refused(scene, tmp_path):
    coarse, _, _ = scene
    odd = write(tmp_path / "odd.tif", np.ones((1, 60, 80), np.uint8))
    with pytest.raises(BadGeoreference, match="whole multiple"):
        own.load(own.name_of([str(coarse)], odd))


def test_one_class_is_not_enough(scene, tmp_path):
    coarse, _, _ = scene
    same = write(tmp_path / "same.tif", np.ones((1, 80, 80), np.uint8))
    with pytest.raises(NotEnoughLabels, match="two classes"):
        own.load(own.name_of([str(coarse)], same))


def test_scene_and_labels_go_together(capsys):
    with pytest.raises(SystemExit):
        main(["features", "--scene", "a.tif"])
    assert "go together" in capsys.readouterr().err


def test_annotators_work_on_scenes_too(scene, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(annotator, "believe", partial(annotator.believe, draws=1))  # a promise takes a second
    coarse, _, labels = scene
    asked = ["--scene", f"{coarse}=rgb", "--labels", str(labels), "--strategies", "auto", "--seeds", "1"]
    assert main(["active", *asked, "--budget", "15", "--threads", "1", "--store", str(tmp_path / "store")]) == 0
    assert "Sets (paired seeds): coarse (1)" in capsys.readouterr().out
