"""The registry, and the baselines that know nothing."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mlcore.encoders import ENCODERS, Cached, get_encoder
from mlcore.errors import BadCheckpoint, BadFeatures, UnknownName
from mlcore.model import load_encoder
from mlcore.samples import Sample
from tests.mlcore.chips import make_sample

HERE = (
    "nano",
    "statistics",
    "random",
    "image-statistics",
    "random-convolutions",
    "galileo-untrained",
    "presto-untrained",
)


@pytest.mark.parametrize("spec", HERE)
def test_it_works(spec):
    encoder = get_encoder(spec)
    samples = [make_sample("sentinel2-l2a", side=16, level=1000, swing=300 + seed, seed=seed) for seed in range(6)]
    assert [encoder.cannot_read(sample) for sample in samples] == [""] * 6
    vectors = encoder.embed(samples)
    assert vectors.shape == (6, encoder.dim)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    assert len(np.unique(vectors, axis=0)) == 6
    assert encoder.name
    again = get_encoder(spec)
    np.testing.assert_allclose(again.embed(samples), vectors, atol=1e-5)
    assert again.digest == encoder.digest


def test_digests_tell_encoders_apart():
    assert len({get_encoder(spec).digest for spec in HERE}) == len(HERE)
    assert get_encoder("random:test").digest != get_encoder("random").digest


def test_a_stranger_is_told_who_is_known():
    with pytest.raises(UnknownName, match="random-convolutions"):
        get_encoder("resnet")
    assert set(HERE) < set(ENCODERS)


@pytest.mark.parametrize("spec", ["galileo", "presto"])
def test_weights_that_are_not_shipped_must_be_named(spec):
    with pytest.raises(BadCheckpoint, match=f"{spec}:"):
        get_encoder(spec)


def test_ours_gives_the_encoder_s_own_vectors():
    samples = [make_sample(seed=seed) for seed in range(3)]
    encoder = get_encoder("nano")
    np.testing.assert_array_equal(encoder.embed(samples), load_encoder("nano").embed(samples))
    assert encoder.card


@pytest.mark.parametrize("spec", ["image-statistics", "random-convolutions"])
def test_baselines_for_one_instrument_refuse_a_mixture(spec):
    with pytest.raises(BadFeatures, match="sample 1 has RGB camera"):
        get_encoder(spec).embed([make_sample(), make_sample("rgb")])


def test_image_statistics_are_those_of_valid_pixels():
    sample = make_sample("rgb", side=8)
    chip = sample.chips[0]
    mask = chip.mask.copy()
    mask[:4] = False
    (vector,) = get_encoder("image-statistics").embed([Sample((replace(chip, mask=mask),))])
    valid = chip.pixels[:, 4:].reshape(3, -1)
    expected = np.concatenate([valid.mean(1), valid.std(1), valid.min(1), valid.max(1)])
    np.testing.assert_allclose(vector, expected, rtol=1e-5)


def test_random_convolutions_keep_the_filters_of_the_first_samples():
    samples = [make_sample("rgb", side=16, seed=seed) for seed in range(12)]
    encoder = get_encoder("random-convolutions")
    first = encoder.embed(samples)
    np.testing.assert_allclose(encoder.embed(samples[7:8])[0], first[7], atol=1e-5)
    assert np.abs(get_encoder("random-convolutions:1").embed(samples) - first).max() > 1e-3


def test_random_convolutions_see_texture():
    """Stripes and spots of the same pixel values: plain statistics can't tell them apart."""
    base = np.tile(np.array([50.0, 200.0], np.float32), (3, 16, 8))
    stripes = [Sample((replace(make_sample("rgb", side=16).chips[0], pixels=base),))] * 4
    spots = np.random.default_rng(0).permutation(base.reshape(3, -1).T).T.reshape(3, 16, 16)
    spotted = [Sample((replace(make_sample("rgb", side=16).chips[0], pixels=spots),))] * 4
    plain = get_encoder("image-statistics").embed(stripes + spotted)
    np.testing.assert_allclose(plain[0], plain[-1])
    vectors = get_encoder("random-convolutions").embed(stripes + spotted)
    assert np.abs(vectors[0] - vectors[-1]).max() > 0.05


@pytest.mark.parametrize("side", [1, 2])
def test_random_convolutions_read_single_pixels_and_many_bands(side):
    from mlcore.sensors.guess import spectrometer

    samples = [make_sample(spectrometer(list(range(400, 2500, 10))), side=side, seed=seed) for seed in range(9)]
    assert get_encoder("random-convolutions").embed(samples).shape == (9, 512)


def test_a_foreign_encoder_knows_no_more_than_it_is_told():
    sample = make_sample("sentinel2-l2a", side=4, level=1000)
    dated = replace(sample, acquired=date(2020, 1, 5), place=(10.0, 50.0))
    blind, season, place = (get_encoder(f"presto-untrained{told}") for told in ("", "+season", "+place"))
    np.testing.assert_array_equal(*blind.embed([sample, dated]))
    for told in (season, place):
        without, known = told.embed([sample, dated])
        assert np.abs(without - known).max() > 1e-3
    assert len({encoder.digest for encoder in (blind, season, place)}) == 3


@pytest.mark.parametrize("spec", ["presto-untrained+taste", "image-statistics+place", "random+taste"])
def test_knowledge_that_nobody_has_is_refused(spec):
    with pytest.raises(UnknownName, match="knowledge"):
        get_encoder(spec)


def test_ours_is_told_in_blocks_of_columns():
    samples = [replace(make_sample(seed=seed), place=(10.0 * seed, 50.0)) for seed in range(3)]
    plain, told = get_encoder("statistics"), get_encoder("statistics+place+weather")
    vectors = told.embed(samples)
    assert vectors.shape == (3, told.dim)
    np.testing.assert_array_equal(vectors[:, : plain.dim], plain.embed(samples))
    assert len(np.unique(vectors[:, told.blocks["place"]], axis=0)) == 3
    assert told.name == "statistics+place+weather" and told.digest != plain.digest


def test_a_path_may_hold_a_plus_sign(tmp_path):
    with pytest.raises(BadCheckpoint, match=r"C\+\+/weights"):
        get_encoder(f"galileo:{tmp_path}/C++/weights")


def test_a_cached_encoder_looks_only_once(tmp_path):
    class Counting(type(get_encoder("image-statistics"))):
        looks = 0

        def embed(self, samples):
            self.looks += 1
            return super().embed(samples)

    samples = [make_sample("rgb", side=4, seed=seed) for seed in range(3)]
    counting = Counting()
    cached = Cached(counting, tmp_path / "vectors")
    first = cached.embed(samples)
    np.testing.assert_array_equal(Cached(counting, tmp_path / "vectors").embed(samples), first)
    assert counting.looks == 1
    cached.embed(samples[:2])
    cached.embed([replace(samples[0], place=(1.0, 2.0)), *samples[1:]])
    assert counting.looks == 3
    assert not list(tmp_path.glob("vectors/*.partial"))
