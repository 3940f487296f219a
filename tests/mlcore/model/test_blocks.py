"""What a vector consists of: statistics, time, knowledge, texts, and spectra that are learnt."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from mlcore.errors import BadSensor, EmptyRaster, UnknownName
from mlcore.model import StatisticsEncoder, load_encoder, read_encoder, save_encoder
from mlcore.samples import Chip, Sample, Weather
from mlcore.sensors import get_sensor, spectrometer
from tests.mlcore.chips import make_chip, make_sample

START = date(2021, 1, 1)


def make_series(levels, clouded=()):
    chips = [
        replace(make_chip("sentinel2-l2a", level=level, swing=50, side=8), acquired=START + timedelta(10 * index))
        for index, level in enumerate(levels)
    ]
    chips = [replace(chip, mask=chip.mask & (index not in clouded)) for index, chip in enumerate(chips)]
    return Sample(tuple(chips))


def part(vectors, encoder, name):
    return vectors[..., encoder.blocks[name]]


def test_it_works():
    encoder = load_encoder("nano")
    ends = [block.stop for block in encoder.blocks.values()]
    assert list(encoder.blocks) == [
        "spectrum",
        "colour",
        "texture",
        "contrast",
        "grain",
        "presence",
        "time",
        "learned",
    ]
    assert [block.start for block in encoder.blocks.values()] == [0, *ends[:-1]]
    assert ends[-1] == encoder.dim


def test_one_date_tells_nothing_of_time():
    encoder = StatisticsEncoder()
    assert not part(encoder.embed([make_series([900])]), encoder, "time").any()


def test_growth_and_decline_differ_in_time_only():
    encoder = StatisticsEncoder()
    up, down = encoder.embed([make_series([500, 1000, 2000, 4000]), make_series([4000, 2000, 1000, 500])])
    np.testing.assert_allclose(part(up, encoder, "spectrum"), part(down, encoder, "spectrum"), atol=1e-4)
    first, second, spread = part(up, encoder, "time").reshape(3, -1)
    assert first.max() > 0.5
    np.testing.assert_allclose(part(down, encoder, "time").reshape(3, -1)[0], -first, atol=1e-3)
    assert spread.max() > 0.3
    assert abs(second).max() < 0.3


def test_clouded_dates_drop_out():
    encoder = StatisticsEncoder()
    clouded, without = encoder.embed(
        [make_series([500, 9000, 1000, 2000], clouded=[1]), make_series([500, 1000, 2000])]
    )
    np.testing.assert_allclose(part(clouded, encoder, "spectrum"), part(without, encoder, "spectrum"), atol=1e-4)
    assert np.isfinite(encoder.embed([make_series([500, 900], clouded=[0, 1])])).all()


def test_many_dates_are_quick():
    encoder = StatisticsEncoder()
    vectors = encoder.embed([make_series(np.linspace(500, 3000, 68))])
    assert np.isfinite(vectors.astype(np.float16)).all()


def test_knowledge_is_added_only_when_asked_for():
    weather = Weather((START,), ("temperature_k",), np.array([[297]], np.float32))
    sample = replace(make_sample(), place=(13.0, 52.0), acquired=START, weather=weather, texts=("Flood in the street",))
    plain = load_encoder("nano")
    knowing = plain.with_knowledge("place", "season", "weather", "gsd").with_text()
    vectors = knowing.embed([sample, make_sample()])
    assert list(knowing.blocks)[-5:] == ["place", "season", "weather", "gsd", "text"]
    assert vectors.shape == (2, knowing.dim)
    np.testing.assert_array_equal(vectors[:, : plain.dim], plain.embed([sample, make_sample()]))
    for name in ("place", "season", "weather", "text"):
        assert part(vectors, knowing, name)[0].any(), name
        assert not part(vectors, knowing, name)[1].any(), name
    assert len({plain.digest, knowing.digest, plain.with_knowledge("place").digest}) == 3
    np.testing.assert_allclose(part(vectors, knowing, "place")[0, :3] ** 2 @ np.ones(3), 1, atol=1e-5)


def test_unknown_knowledge_lists_what_there_is():
    with pytest.raises(UnknownName, match="gsd, place, season, weather"):
        load_encoder("nano").with_knowledge("gossip")


def make_spectra(count=400, seed=0):
    """Return a chip of rugged spectra that vary along three axes."""
    rng = np.random.default_rng(seed)
    sensor = spectrometer(np.linspace(400, 2400, 60))
    fixed = np.random.default_rng(1)
    rugged, axes = fixed.uniform(500, 6000, 60), fixed.normal(0, 0.2, (60, 3))
    pixels = rugged[:, None] * np.exp(axes @ rng.normal(size=(3, count)))
    return Chip(pixels.reshape(60, 20, -1).astype(np.float32), np.ones((20, count // 20), bool), sensor)


def some_bands(chip, kept):
    sensor = replace(chip.sensor, bands=tuple(chip.sensor.bands[index] for index in kept), composites=())
    return replace(chip, pixels=chip.pixels[kept], sensor=sensor)


def test_half_of_the_bands_give_nearly_the_same_vector():
    pool, chip, other = make_spectra(), make_spectra(20, seed=5), make_spectra(20, seed=6)
    kept = np.sort(np.random.default_rng(0).permutation(60)[:30])
    plain = StatisticsEncoder()
    reading = plain.with_spectra([pool])
    for encoder, most in ((reading, 0.1), (plain, np.inf)):
        full, half, away = encoder.embed([Sample((chip,)), Sample((some_bands(chip, kept),)), Sample((other,))])
        lost = np.linalg.norm(part(half - full, encoder, "spectrum"))
        assert lost < most * np.linalg.norm(part(away - full, encoder, "spectrum"))
    assert reading.digest != plain.digest


def test_spectra_survive_a_checkpoint(tmp_path):
    encoder = load_encoder("nano").with_spectra([make_spectra()]).with_knowledge("place").with_text()
    save_encoder(encoder, tmp_path / "mine.safetensors")
    loaded = read_encoder(tmp_path / "mine.safetensors")
    assert loaded.digest == encoder.digest
    np.testing.assert_allclose(loaded.embed([make_sample()]), encoder.embed([make_sample()]), atol=1e-5)


def test_spectra_leave_radar_and_other_quantities_alone():
    encoder, plain = StatisticsEncoder().with_spectra([make_spectra()]), StatisticsEncoder()
    for sample in (make_sample("sentinel1-grd", level=-12, swing=3), make_sample("elevation")):
        np.testing.assert_array_equal(encoder.embed([sample]), plain.embed([sample]))


def test_spectra_need_one_sensor_with_wavelengths():
    for chips in ([], [make_chip("rgb"), make_chip()], [make_chip("sentinel1-grd")]):
        with pytest.raises(BadSensor, match="one optical sensor"):
            StatisticsEncoder().with_spectra(chips)
    empty = make_chip()
    with pytest.raises(EmptyRaster):
        StatisticsEncoder().with_spectra([replace(empty, mask=np.zeros_like(empty.mask))])


def test_the_levels_of_heights_are_one_number():
    encoder = StatisticsEncoder()
    low, high = encoder.embed(
        [make_sample("elevation", level=10, swing=4), make_sample("elevation", level=900, swing=4)]
    )
    assert np.count_nonzero(abs(low - high) > 0.01) == 1
    assert get_sensor("elevation").quantity == "metre"
