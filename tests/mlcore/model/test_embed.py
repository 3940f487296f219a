"""Encoder.embed: samples of any sensor become vectors."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.model import Encoder, StatisticsEncoder, load_encoder
from mlcore.model.features import FEATURES_DIM
from mlcore.samples import Sample
from mlcore.sensors import Quantity, get_sensor, spectrometer, unknown_sensor
from tests.mlcore.chips import make_chip, make_sample


def test_it_works():
    encoder = load_encoder("nano")
    vectors = encoder.embed([make_sample(level=40), make_sample(level=120), make_sample(level=121)])
    assert vectors.shape == (3, encoder.dim)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[1] - vectors[2]) < np.linalg.norm(vectors[1] - vectors[0])


SENSORS = ["rgb", "pan", "landsat7-etm", "sentinel2-l1c", "sentinel1-grd", "elevation"]


@pytest.mark.parametrize(
    "sensor",
    [*map(get_sensor, SENSORS), unknown_sensor(1), unknown_sensor(31), spectrometer(np.linspace(400, 2500, 200))],
)
@pytest.mark.parametrize("side", [1, 5, 33])
def test_it_takes_any_sensor_and_size(sensor, side):
    vectors = load_encoder("nano").embed([make_sample(sensor, side=side)])
    assert np.isfinite(vectors).all()
    assert vectors[0, :FEATURES_DIM].any()


def test_a_mixed_batch_gives_what_each_sample_gives_alone():
    encoder = load_encoder("nano")
    samples = [make_sample("rgb"), make_sample(), make_sample("rgb", seed=1), make_sample(side=20)]
    alone = np.concatenate([encoder.embed([sample]) for sample in samples])
    np.testing.assert_allclose(encoder.embed(samples), alone, atol=1e-4)


def test_sensors_of_one_sample_do_not_disturb_each_others_statistics():
    optical, radar = make_chip(), make_chip("sentinel1-grd", level=-15, swing=4)
    encoder = StatisticsEncoder()
    both, first, second = encoder.embed([Sample((optical, radar)), Sample((optical,)), Sample((radar,))])
    np.testing.assert_allclose(both, first + second, atol=1e-5)


def test_narrow_bands_tell_all_but_the_grain_which_is_of_fine_pixels():
    cube = make_chip(spectrometer(np.linspace(430, 900, 60)), side=16)
    photo = make_chip("rgb", side=64)
    encoder = StatisticsEncoder()
    both, reversed_, narrow, fine = encoder.embed(
        [Sample((cube, photo)), Sample((photo, cube)), Sample((cube,)), Sample((photo,))]
    )
    grain = encoder.blocks["grain"]
    np.testing.assert_allclose(both[: grain.start], narrow[: grain.start], atol=1e-5)
    np.testing.assert_allclose(both[grain], fine[grain], atol=1e-5)
    assert np.abs(fine[grain] - narrow[grain]).max() > 0.05
    np.testing.assert_allclose(both, reversed_, atol=1e-5)


def test_bands_of_unknown_width_are_not_taken_for_narrow_ones():
    cube = make_chip(spectrometer(np.linspace(430, 900, 60)), side=16)
    photo = make_chip("rgb", side=16, level=150)
    bands = tuple(replace(band, width_nm=None) for band in photo.sensor.bands)
    photo = replace(photo, sensor=replace(photo.sensor, bands=bands))
    spectrum = StatisticsEncoder().blocks["spectrum"]
    both, alone = StatisticsEncoder().embed([Sample((photo, cube)), Sample((cube,))])
    np.testing.assert_allclose(both[spectrum], alone[spectrum], atol=1e-5)


def test_of_two_equally_narrow_sensors_the_finer_tells():
    coarse, photo = make_chip("rgb", side=16, level=60), make_chip("rgb", side=64)
    encoder = StatisticsEncoder()
    both, fine = encoder.embed([Sample((coarse, photo)), Sample((photo,))])
    np.testing.assert_allclose(both, fine, atol=1e-5)


def test_the_network_reads_a_spectrometer_alone_where_it_saw_something():
    cube = make_chip(spectrometer(np.linspace(430, 900, 60)), side=16)
    empty = replace(cube, mask=np.zeros_like(cube.mask))
    photo, radar = make_chip("rgb", side=64), make_chip("sentinel1-grd", side=16, level=-15, swing=4)
    encoder = load_encoder("nano")
    learned = encoder.blocks["learned"]
    samples = [(cube, photo), (cube,), (empty, photo), (photo,), (cube, radar)]
    vectors = encoder.embed([Sample(chips) for chips in samples])[:, learned]
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-4)
    np.testing.assert_allclose(vectors[2][:9], vectors[3][:9], atol=1e-3)  # RGB tells nine
    assert np.abs(vectors[4] - vectors[1]).max() > 0.01  # radar is heard beside it


def test_beside_the_spectrometer_itself_a_photograph_is_not_read_as_one():
    cube = make_chip(spectrometer(np.linspace(430, 900, 60)), side=16)
    photo = make_chip("rgb", side=64, level=150)
    encoder = StatisticsEncoder().with_spectra([cube])
    spectrum = encoder.blocks["spectrum"]
    both, alone = encoder.embed([Sample((cube, photo)), Sample((cube,))])
    np.testing.assert_allclose(both[spectrum], alone[spectrum], atol=1e-5)
    read = encoder.embed([Sample((photo,))])
    assert read[0, spectrum].any()


def test_a_sharper_sensor_without_valid_pixels_leaves_the_word_to_the_other():
    cube = make_chip(spectrometer(np.linspace(430, 900, 60)), side=16)
    empty = replace(cube, mask=np.zeros_like(cube.mask))
    photo = make_chip("rgb", side=64)
    both, alone = StatisticsEncoder().embed([Sample((empty, photo)), Sample((photo,))])
    np.testing.assert_allclose(both, alone, atol=1e-5)


def test_the_order_of_bands_does_not_matter():
    chip = make_chip()
    turned = replace(chip, pixels=chip.pixels[::-1].copy(), sensor=replace(chip.sensor, bands=chip.sensor.bands[::-1]))
    first, second = load_encoder("nano").embed([Sample((chip,)), Sample((turned,))])
    np.testing.assert_allclose(first, second, atol=1e-3)


def test_invalid_pixels_change_nothing():
    chip = make_chip()
    mask = chip.mask.copy()
    mask[:, :10] = False
    vectors = []
    for rubbish in (0, 1e6, np.nan):
        pixels = np.where(mask, chip.pixels, np.float32(rubbish)).astype(np.float32)
        vectors.append(load_encoder("nano").embed([Sample((replace(chip, pixels=pixels, mask=mask),))])[0])
    np.testing.assert_allclose(vectors[1], vectors[0], atol=1e-5)
    np.testing.assert_allclose(vectors[2], vectors[0], atol=1e-5)


def test_a_tile_without_valid_pixels_is_finite():
    chip = make_chip()
    vectors = load_encoder("nano").embed([Sample((replace(chip, mask=np.zeros_like(chip.mask)),))])
    assert np.isfinite(vectors).all()
    assert not vectors[0, :FEATURES_DIM].any()


@pytest.mark.parametrize("quantity", list(Quantity))
@pytest.mark.parametrize("level", [-1e9, -9999, 0, 65535, 3e38])
def test_vectors_fit_float16_whatever_the_numbers_are(quantity, level):
    sensor = replace(get_sensor("landsat7-etm"), quantity=quantity)
    vectors = load_encoder("nano").embed([make_sample(sensor, level=level, side=9)])
    assert np.isfinite(vectors.astype(np.float16)).all()


def test_reflectance_is_the_same_on_both_scales():
    sensor = replace(get_sensor("landsat7-etm"), quantity=Quantity.REFLECTANCE)
    scaled = replace(sensor, quantity=Quantity.REFLECTANCE_1E4)
    first, second = StatisticsEncoder().embed(
        [make_sample(sensor, level=0.2, swing=0.1), make_sample(scaled, level=2000, swing=1000)]
    )
    np.testing.assert_allclose(first, second, atol=1e-4)


def test_untrained_it_is_the_statistics_alone():
    samples = [make_sample(seed=seed) for seed in range(3)]
    vectors = Encoder().embed(samples)
    np.testing.assert_array_equal(vectors[:, :FEATURES_DIM], StatisticsEncoder().embed(samples))
    assert not vectors[:, FEATURES_DIM:].any()


def test_a_sensor_without_some_bands_gives_nearly_the_same_learned_vector():
    sensor = get_sensor("sentinel2-l1c")
    samples, fewer = [], []
    for seed, level in enumerate((500, 1500, 3000, 4500)):
        chip = make_chip(sensor, level=level, swing=900, seed=seed)
        smooth = replace(chip, pixels=np.sort(chip.pixels, axis=0))
        kept = [index for index in range(13) if index not in (4, 8)]
        some = replace(sensor, bands=tuple(sensor.bands[index] for index in kept))
        samples.append(Sample((smooth,)))
        fewer.append(Sample((replace(smooth, pixels=smooth.pixels[kept], sensor=some),)))
    encoder = load_encoder("nano")
    full, part = encoder.embed(samples)[:, FEATURES_DIM:], encoder.embed(fewer)[:, FEATURES_DIM:]
    distances = np.linalg.norm(full[:, None] - part[None], axis=2)
    assert (distances.argmin(1) == np.arange(4)).all()


def test_a_sample_without_chips_is_refused():
    with pytest.raises(BadFeatures, match="Sample 1 has no chips"):
        load_encoder("nano").embed([make_sample(), Sample(())])


def test_no_samples_are_no_vectors():
    assert load_encoder("nano").embed([]).shape == (0, load_encoder("nano").dim)
