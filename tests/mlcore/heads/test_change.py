"""ChangeHead: what happened between dates."""

import os
from pathlib import Path

import numpy as np
import pytest

from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads import ChangeHead, Lesson, LinearHead
from mlcore.heads.dates import difference
from mlcore.metrics import confusion, f1_scores
from mlcore.model import load_encoder
from mlcore.samples import Chip
from mlcore.sensors import get_sensor

TAIZHOU = Path(os.environ.get("TERRASCRIBE_TEST_DATA", "../shared/data")) / "cog"
NAMES = ("taizhou_2000.tif", "taizhou_2003.tif", "taizhou_change_label.tif")


def make_dates(count, *, share=0.5, seed=0, noise=0.3, dims=20):
    """Vectors of two dates: scenery that differs, haze over all of the second date, and what became built-up."""
    built = np.random.default_rng(99).normal(size=dims)
    rng = np.random.default_rng(seed)
    scenery = rng.normal(size=(count, dims))
    changed = rng.random(count) < share
    later = scenery + 0.5 + changed[:, None] * built
    earlier, later = (date + noise * rng.normal(size=date.shape) for date in (scenery, later))
    return [earlier.astype(np.float32), later.astype(np.float32)], changed.astype(np.int64) * 6 + 1  # codes 1 and 7


def make_maps(*, share=0.03, seed=0, side=64, channels=6):
    """Maps of two dates with a mask (1 unchanged, 2 changed in small squares) at twice their resolution."""
    rng = np.random.default_rng(seed)
    mask = np.ones((side, side), np.uint8)
    for _ in range(max(1, round(share * side * side / 16))):
        row, column = rng.integers(0, side - 4, 2)
        mask[row : row + 4, column : column + 4] = 2
    coarse = np.kron(mask, np.ones((2, 2), np.uint8))
    earlier = rng.normal(size=(channels, side, side))
    later = earlier + 0.7 * rng.normal(size=earlier.shape)
    later[0] += 2.5 * (mask == 2)
    return [earlier.astype(np.float32), later.astype(np.float32)], coarse


def dated(tiles):
    """Maps by date, from maps by tile."""
    return list(zip(*tiles, strict=True))


def test_it_works():
    dates, codes = make_dates(200)
    head = ChangeHead.fit(Lesson(inputs=dates, targets=codes))
    others, truth = make_dates(1000, seed=1)
    probabilities = head.predict_proba(others)
    assert head.classes.tolist() == [1, 7]
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)
    assert (head.predict(others).codes == truth).mean() > 0.95


def test_the_order_of_dates_matters():
    dates, codes = make_dates(200)
    head = ChangeHead.fit(Lesson(inputs=dates, targets=codes))
    others, truth = make_dates(1000, seed=1)
    assert (head.predict(others[::-1]).codes == truth).mean() < 0.7


def test_rare_change_is_found_and_calibrated():
    dates, codes = make_dates(600, share=0.03, noise=0.6)
    head = ChangeHead.fit(Lesson(inputs=dates, targets=codes))
    others, truth = make_dates(4000, share=0.03, noise=0.6, seed=1)
    changed = head.predict_proba(others)[:, 1]
    assert head.classes[head.rarer] == 7
    assert changed.mean() == pytest.approx((truth == 7).mean(), abs=0.015)
    hits = confusion((truth == 7).astype(int), (head.predict(others).codes == 7).astype(int), 2)
    assert f1_scores(hits)[1] > 0.75
    assert 0.02 <= head.threshold <= 0.5


def test_what_came_and_went_between_three_dates_is_seen():
    (first, last), codes = make_dates(200, noise=0.1)
    quiet = first + 0.5 + 0.1 * np.random.default_rng(5).normal(size=first.shape).astype(np.float32)
    head = ChangeHead.fit(Lesson(inputs=[first, last, quiet], targets=codes))
    assert (head.predict([first, last, quiet]).codes == codes).mean() > 0.95


def test_kinds_of_change_may_be_many():
    dates, codes = make_dates(300)
    dates[1][:100] -= 2
    codes[:100] = 9
    head = ChangeHead.fit(Lesson(inputs=dates, targets=codes))
    assert head.classes.tolist() == [1, 7, 9]
    assert (head.predict(dates).codes == codes).mean() > 0.95


def test_two_dates_make_three_blocks():
    earlier, later = np.array([[1.0, -2.0]], np.float32), np.array([[3.0, -5.0]], np.float32)
    np.testing.assert_array_equal(difference([earlier, later]), [[2, -3, 2, 3, 3, 10]])
    np.testing.assert_array_equal(difference([earlier, later, earlier]), [[0, 0, 2, 3, 3, 10]])


def test_permuted_labels_teach_nothing():
    dates, codes = make_dates(200)
    others, truth = make_dates(1000, seed=1)
    head = ChangeHead.fit(Lesson(inputs=dates, targets=np.random.default_rng(1).permutation(codes)))
    agreement = (head.classes[head.predict_proba(others).argmax(1)] == truth).mean()
    assert 0.35 < agreement < 0.65


def test_maps_are_learned_from_masks():
    tiles = [make_maps(seed=seed) for seed in range(3)]
    head = ChangeHead.fit(Lesson(inputs=dated(maps for maps, _ in tiles), targets=[mask for _, mask in tiles]))
    maps, mask = make_maps(seed=9)
    codes = head.predict(maps).codes
    assert codes.shape == (64, 64)
    assert head.predict_proba(maps).shape == (2, 64, 64)
    scores = f1_scores(confusion(mask[::2, ::2].astype(int) - 1, codes - 1, 2))
    assert scores[1] > 0.6
    share = head.predict_proba(maps)[1].mean()
    assert share == pytest.approx((mask == 2).mean(), rel=0.4)  # though changed cells were drawn more often


def test_one_class_is_not_enough():
    dates, codes = make_dates(20)
    with pytest.raises(NotEnoughLabels, match="two classes"):
        ChangeHead.fit(Lesson(inputs=dates, targets=np.ones_like(codes)))
    with pytest.raises(NotEnoughLabels, match="at least one tile"):
        ChangeHead.fit(Lesson(inputs=[[], []], targets=[]))


def test_bad_input_is_refused():
    dates, codes = make_dates(20)
    with pytest.raises(BadFeatures, match="at least two dates"):
        ChangeHead.fit(Lesson(inputs=dates[:1], targets=codes))
    with pytest.raises(BadFeatures, match="differ in shape"):
        ChangeHead.fit(Lesson(inputs=[dates[0], dates[1][:5]], targets=codes))
    with pytest.raises(BadFeatures):
        ChangeHead.fit(Lesson(inputs=dates, targets=codes[:5]))
    head = ChangeHead.fit(Lesson(inputs=dates, targets=codes))
    with pytest.raises(BadFeatures, match="fitted on 20 features"):
        head.predict([date[:, :3] for date in dates])
    dates[1][2, 2] = np.nan
    with pytest.raises(BadFeatures, match="NaN"):
        ChangeHead.fit(Lesson(inputs=dates, targets=codes))
    maps, mask = make_maps()
    with pytest.raises(BadFeatures, match="map of each tile"):
        ChangeHead.fit(Lesson(inputs=[[maps[0], maps[0]], [maps[1]]], targets=[mask, mask]))


def test_it_is_saved_and_loaded(tmp_path):
    dates, codes = make_dates(100, share=0.1)
    head = ChangeHead.fit(Lesson(inputs=dates, targets=codes))
    head.save(tmp_path / "head.safetensors")
    loaded = ChangeHead.load(tmp_path / "head.safetensors")
    np.testing.assert_array_equal(loaded.predict_proba(dates), head.predict_proba(dates))
    np.testing.assert_array_equal(loaded.predict(dates).codes, head.predict(dates).codes)
    LinearHead.fit(Lesson(inputs=dates[0], targets=codes)).save(tmp_path / "other.safetensors")
    with pytest.raises(BadCheckpoint, match="no change head"):
        ChangeHead.load(tmp_path / "other.safetensors")


@pytest.mark.skipif(not (TAIZHOU / NAMES[0]).is_file(), reason=f"Needs the Taizhou scenes in {TAIZHOU}.")
def test_real_change_is_found_in_blocks_that_it_has_not_seen():
    import rasterio

    rasters = []
    for name in NAMES:
        with rasterio.open(TAIZHOU / name) as file:
            rasters.append(file.read()[:, :200, :])
    sensor, encoder = get_sensor("landsat-tm6"), load_encoder("statistics")
    maps = [
        encoder.embed_map(Chip(raster.astype(np.float32), np.ones((200, 400), bool), sensor)) for raster in rasters[:2]
    ]
    truth = rasters[2][0].astype(np.uint8)
    mask = np.where(np.arange(400) < 200, truth, 0)  # west is painted
    head = ChangeHead.fit(Lesson(inputs=dated([maps]), targets=[mask]))
    codes = np.kron(head.predict(maps).codes, np.ones((2, 2), int))
    east = (np.arange(400) >= 200) & (truth > 0)
    assert f1_scores(confusion(truth[east].astype(int) - 1, codes[east] - 1, 2)).min() > 0.85
