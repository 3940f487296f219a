"""The benchmark of painting: dabs, runs and the report."""

import json

import numpy as np
import pytest

from mlcore.benchmarks.__main__ import main
from mlcore.benchmarks.painting.pictures import PICTURES, Picture, Tile, dab
from mlcore.benchmarks.painting.report import markdown
from mlcore.benchmarks.painting.rows import ROWS
from mlcore.benchmarks.painting.runs import DABS, run
from tests.mlcore.chips import make_chip
from tests.rasters import real_file


def make_picture(side=16, across=4):
    """A checkerboard of two classes that differ in their levels, one corner of each tile unknown."""
    rng, tiles = np.random.default_rng(0), []
    for row in range(across):
        for column in range(across):
            truth = np.full((side, side), 1, np.uint8)
            truth[:, side // 2 :] = 2
            truth[:2, :2] = 0
            chip = make_chip(side=side)
            pixels = np.where(truth == 2, 160, 60) + rng.normal(0, 15, chip.pixels.shape)
            tiles.append(Tile(type(chip)(pixels.astype(np.float32), chip.mask, chip.sensor), truth, (row + column) % 2))
    return Picture("made", "Made", tiles)


@pytest.fixture
def made(monkeypatch):
    """Offer one made picture instead of the published ones."""
    for name in list(PICTURES):
        monkeypatch.delitem(PICTURES, name)
    monkeypatch.setitem(PICTURES, "made", lambda _: make_picture())


def test_dabs_keep_to_their_class_and_the_same_seed_makes_the_same(made):
    tiles = make_picture().tiles
    masks = dab(tiles, 3, np.random.default_rng(1))
    again = dab(tiles, 3, np.random.default_rng(1))
    assert all(np.array_equal(one, two) for one, two in zip(masks, again, strict=True))
    assert all((mask[mask > 0] == tile.truth[mask > 0]).all() for mask, tile in zip(masks, tiles, strict=True))
    assert {int(code) for mask in masks for code in np.unique(mask)} == {0, 1, 2}
    assert 3 < sum((mask == 1).sum() for mask in masks) <= 3 * 25


def test_every_row_learns_what_is_plain(made):
    runs = list(run(make_picture(), ROWS, seeds=1, tell=lambda _: None))
    assert {each.row for each in runs} == set(ROWS)
    assert len(runs) == len(ROWS) * len(DABS)
    best = [each for each in runs if each.dabs == DABS[-1] and each.row != "bands"]
    assert min(each.recall for each in best) > 0.8
    assert all(0 < each.overlap <= each.accuracy <= 1 for each in best)


def test_shuffled_truth_is_learned_as_chance(made):
    picture, rng = make_picture(), np.random.default_rng(0)
    shuffled = [
        Tile(tile.chip, rng.permuted(tile.truth, axis=None).reshape(16, 16), tile.parity) for tile in picture.tiles
    ]
    runs = run(Picture("made", "Made", shuffled), {"ours": ROWS["ours"]}, seeds=2, tell=lambda _: None)
    assert np.mean([each.recall for each in runs]) == pytest.approx(0.5, abs=0.08)


def test_the_command_writes_table_and_figures(made, tmp_path, capsys):
    page, figures = tmp_path / "out" / "painting.md", tmp_path / "painting.json"
    asked = ["painting", "--rows", "ours,filters", "--seeds", "2", "--markdown", str(page), "--json", str(figures)]
    assert main(asked) == 0
    assert "| **ours** |" in page.read_text()
    assert "Ours less filter bank and forest" in capsys.readouterr().out
    assert len(json.loads(figures.read_text())) == 2 * len(DABS) * 2


@pytest.mark.parametrize("asked", [["--rows", "mine"], ["--sets", "mars"]])
def test_unknown_names_are_refused_with_those_there_are(made, asked, capsys):
    assert main(["painting", *asked]) == 2
    assert asked[1] in capsys.readouterr().err


def test_absent_data_is_said(tmp_path, capsys):
    assert main(["painting", "--data", str(tmp_path), "--sets", "floods-s1"]) == 2
    assert "Left out" in capsys.readouterr().err


def test_one_row_is_compared_with_nobody(made):
    runs = list(run(make_picture(), {"bands": ROWS["bands"]}, seeds=1, tell=lambda _: None))
    assert "seed by seed: " not in markdown(runs, {"made": "Made"})


@pytest.mark.parametrize("name", list(PICTURES))
def test_published_pictures_have_their_classes_in_both_halves(name):
    real_file("cog/sen1floods11_spain_s1.tif")
    picture = PICTURES[name](real_file("."))
    halves = [
        {int(code) for tile in picture.tiles if tile.parity == parity for code in np.unique(tile.truth)}
        for parity in (0, 1)
    ]
    assert halves[0] == halves[1]
    assert len(halves[0]) > 2
    assert all(tile.truth.shape == tile.chip.mask.shape for tile in picture.tiles)
