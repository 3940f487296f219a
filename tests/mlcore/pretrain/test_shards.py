"""Shards: what is written is read back, in any order."""

import json
import tarfile
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mlcore.errors import BadShard
from mlcore.model import Config
from mlcore.pretrain import Recipe, pretrain
from mlcore.pretrain.mixing import shard_source
from mlcore.pretrain.shards import MANIFEST, find_shards, read_sample, write_shards
from mlcore.pretrain.source import Draw
from mlcore.pretrain.tiles import ShardTiles
from mlcore.samples import Sample, Weather
from tests.mlcore.chips import make_chip, make_sample

SMALL = Config(name="small", rank=4, width=16, depth=1, vector=8)


def make_samples(count=20):
    return [make_sample("rgb", side=24, seed=seed) for seed in range(count)]


def test_it_works(tmp_path):
    samples = make_samples()
    assert [shard.count for shard in write_shards(samples, tmp_path, per_shard=8)] == [8, 8, 4]
    shards = find_shards(str(tmp_path / "{000000..000002}.tar"))
    stored = [read_sample(shard.path, row) for shard in shards for row in range(shard.count)]
    for before, after in zip(samples, stored, strict=True):
        np.testing.assert_array_equal(after.chips[0].pixels, before.chips[0].pixels)
        assert after.chips[0].sensor == before.chips[0].sensor


def test_everything_that_is_known_of_a_sample_is_kept(tmp_path):
    weather = Weather((date(2020, 1, 1),), ("temperature_k",), np.array([[np.nan]], np.float32))
    chip = replace(make_chip("sentinel1-grd", side=9), acquired=date(2020, 1, 3), orbit="ascending", incidence_deg=38.5)
    chip = replace(chip, mask=np.indices((9, 9)).sum(0) % 3 > 0)
    whole = make_chip("sentinel2-l2a", side=9)
    whole = replace(whole, pixels=whole.pixels.round())
    sample = Sample(
        (chip, whole), place=(13.4, 52.5), acquired=date(2020, 1, 2), weather=weather, texts=("flood here",)
    )
    (shard,) = write_shards([sample], tmp_path)
    stored = read_sample(shard.path, 0)
    for before, after in zip(sample.chips, stored.chips, strict=True):
        np.testing.assert_array_equal(after.pixels, before.pixels)
        np.testing.assert_array_equal(after.mask, before.mask)
        assert (after.sensor, after.acquired, after.orbit) == (before.sensor, before.acquired, before.orbit)
        assert after.incidence_deg == before.incidence_deg
    assert (stored.place, stored.acquired, stored.texts) == (sample.place, sample.acquired, sample.texts)
    assert stored.weather.variables == weather.variables
    assert np.isnan(stored.weather.values).all()


def test_samples_of_other_kinds_go_to_other_shards(tmp_path):
    mixed = [make_sample("rgb"), make_sample("sentinel2-l2a"), make_sample("rgb"), make_sample("rgb", side=16)]
    kinds = {shard.kind: shard.count for shard in write_shards(mixed, tmp_path)}
    assert kinds == {"rgb:3x32x32": 2, "sentinel2-l2a:12x32x32": 1, "rgb:3x16x16": 1}


def test_in_an_epoch_every_sample_has_its_turn_in_an_order_that_the_seed_decides(tmp_path):
    tiles = ShardTiles(write_shards(make_samples(), tmp_path, per_shard=3))
    first, again, other = tiles.order([0, 0]), tiles.order([0, 0]), tiles.order([0, 1])
    assert sorted(first) == list(range(20))
    assert (first == again).all()
    assert (first != other).any()


def test_shards_are_trained_on(tmp_path):
    shards = write_shards(make_samples(), tmp_path, per_shard=8)
    recipe = Recipe(tile_px=12, batch=8, steps=3)
    encoder, steps = pretrain(shard_source(shards), recipe, config=SMALL)
    assert len(steps) == 3
    assert np.isfinite(encoder.embed([make_sample()])).all()


def test_a_process_reads_only_its_own_rows(tmp_path):
    source = shard_source(write_shards(make_samples(), tmp_path))
    whole = source.pairs(Draw(0, 5, 8, 12, 0.5))
    part = source.pairs(Draw(0, 5, 8, 12, 0.5, rows=slice(4, 8)))
    for view in ("first", "second"):
        np.testing.assert_allclose(
            getattr(part, view).chips[0].pixels, getattr(whole, view).chips[0].pixels[4:], rtol=1e-5
        )
    assert part.near.shape == (4, 8)


def test_shards_without_a_manifest_are_counted(tmp_path):
    write_shards(make_samples(5), tmp_path)
    (tmp_path / MANIFEST).unlink()
    (shard,) = find_shards(str(tmp_path / "*.tar"))
    assert (shard.count, shard.kind) == (5, "rgb:3x24x24")


@pytest.mark.parametrize("pattern", ["*.tar", "{000000..000003}.tar", "{a..b}.tar"])
def test_a_missing_shard_is_a_message(tmp_path, pattern):
    with pytest.raises(BadShard):
        find_shards(str(tmp_path / pattern))


def test_a_damaged_or_foreign_tar_is_a_message(tmp_path):
    (tmp_path / "a.tar").write_bytes(b"no tar")
    with pytest.raises(BadShard, match="not a readable tar"):
        find_shards(str(tmp_path / "a.tar"))
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        tar.add(__file__, "notes.txt")
    with pytest.raises(BadShard, match=r"holds no sensors.json"):
        find_shards(str(tmp_path / "b.tar"))


def test_the_manifest_says_what_the_shards_hold(tmp_path):
    write_shards(make_samples(3), tmp_path)
    assert json.loads((tmp_path / MANIFEST).read_text()) == {"000000.tar": {"count": 3, "kind": "rgb:3x24x24"}}
