"""Two dates: each is seen by itself, with what lies between them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from mlcore.encoders.between import BETWEEN, pixels_between
from mlcore.encoders.pair import PairEncoder
from mlcore.errors import BadFeatures
from mlcore.model import Encoder, load_encoder
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor

SIDE = 32


def chip(level: int, *, later: bool = False, seed: int = 0, side: int = SIDE) -> Chip:
    """Return a chip of noise around a level."""
    noise = np.random.default_rng(seed).normal(level, 8, (3, side, side)).clip(0, 255)
    return Chip(noise.astype(np.float32), np.ones((side, side), bool), get_sensor("rgb"), is_later=later)


def pair(before: int, after: int, **later: int) -> Sample:
    """Return a sample of two dates."""
    return Sample((chip(before), chip(after, later=True, seed=1, **later)))


@pytest.fixture(scope="module")
def nano() -> Encoder:
    """Return the shipped encoder."""
    return load_encoder("nano")


def parts(vectors: NDArray[np.float32], dim: int) -> list[NDArray[np.float32]]:
    """Return earlier, later and apart of vectors."""
    return [vectors[:, at * dim : (at + 1) * dim] for at in range(3)]


def test_it_works(nano: Encoder) -> None:
    encoder, sample = PairEncoder(nano), pair(60, 180)
    made = encoder.embed([sample])
    assert made.shape == (1, encoder.dim) and encoder.dim == 3 * nano.dim + BETWEEN
    earlier, later, apart = parts(made, nano.dim)
    np.testing.assert_array_equal(earlier, nano.embed([Sample(sample.chips[:1])]))
    np.testing.assert_array_equal(later, nano.embed([Sample(sample.chips[1:])]))
    np.testing.assert_array_equal(apart, abs(later - earlier))
    assert encoder.blocks["later spectrum"].start == nano.dim + nano.blocks["spectrum"].start
    covered = np.concatenate([np.arange(encoder.dim)[block] for block in encoder.blocks.values()])
    assert sorted(covered) == list(range(encoder.dim))


def test_the_order_of_dates_is_told(nano: Encoder) -> None:
    there, back = PairEncoder(nano).embed([pair(60, 180), pair(180, 60)])
    assert abs(there[: nano.dim] - back[: nano.dim]).max() > 0.1


def test_maps_have_both_dates_and_how_far_they_are_apart(nano: Encoder) -> None:
    encoder, sample = PairEncoder(nano), pair(60, 180)
    made = encoder.embed_map(sample)
    width = len(made) // 3
    np.testing.assert_array_equal(made[2 * width :], abs(made[width : 2 * width] - made[:width]))
    assert max(block.stop for block in encoder.map_blocks.values()) == len(made)
    coarser = encoder.embed_map(pair(60, 180, side=SIDE // 2))
    assert coarser.shape == made.shape
    with pytest.raises(BadFeatures, match="both"):
        encoder.embed_map(sample.chips[0])


def test_a_date_that_shows_nothing_is_named(nano: Encoder) -> None:
    encoder, (before, after) = PairEncoder(nano), pair(60, 180).chips
    assert encoder.cannot_read(pair(60, 180)) == ""
    assert encoder.cannot_read(Sample((before,))) == "the later date shows nothing of them"
    dark = replace(before, mask=np.zeros_like(before.mask))
    assert encoder.cannot_read(Sample((dark, after))) == "the earlier date shows nothing of them"


def test_vectors_of_two_dates_never_mix_with_those_of_one(nano: Encoder) -> None:
    assert PairEncoder(nano).digest not in ("", nano.digest) and len(PairEncoder(nano).digest) == len(nano.digest)


def test_pixels_of_one_sensor_tell_how_much_changed() -> None:
    (before, after), (_, same) = pair(60, 60).chips, pair(60, 60).chips
    half = after.pixels.copy()
    half[:, :, : SIDE // 2] = 200
    changed = pixels_between([before], [replace(after, pixels=half)])
    still = pixels_between([before], [replace(same, pixels=before.pixels)])
    assert np.allclose(still[:5], 0) and np.allclose(still[5:7], 1)  # no way between them, and all bands alike
    assert (changed[1:4] > still[1:4] + 0.3).all() and changed[5] < 0.5


def test_pixels_that_cannot_be_compared_say_nothing() -> None:
    before, after = pair(60, 180).chips
    other = Chip(np.ones((1, SIDE, SIDE), np.float32), np.ones((SIDE, SIDE), bool), get_sensor("pan"), is_later=True)
    hidden = replace(after, mask=np.zeros_like(after.mask))
    smaller = chip(60, later=True, side=8)
    for later in ([], [other], [hidden], [smaller]):
        assert not pixels_between([before], later).any()
    flat = replace(before, pixels=np.full_like(before.pixels, 7))
    assert np.isfinite(pixels_between([flat], [replace(flat, is_later=True)])).all()
