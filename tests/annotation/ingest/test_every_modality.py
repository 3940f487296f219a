"""Whatever sees or tells of a place reaches the model together, with what it is: any combination of six kinds."""

from datetime import date
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from annotation.chips import load_samples
from annotation.ingest import Status
from annotation.learning.encoders import open_encoder
from annotation.models import Project
from mlcore.samples import Sample
from mlcore.sensors import Modality
from tests.clouds import write_cloud
from tests.rasters import write_raster

pytestmark = pytest.mark.django_db
PLACE = Affine(2, 0, 500_000, 0, -2, 5_000_000)  # of 64 x 64 m: two tiles a side
HERE = "9.0004,45.1532"
PIXELS = (Modality.OPTICAL, Modality.SAR, Modality.ELEVATION, Modality.POINTS)
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)


@pytest.fixture
def sample(project: Project, take, tmp_path: Path) -> Sample:
    """Return the first tile of a project that has all six kinds, as it is loaded for a model."""
    rng = np.random.default_rng(7)
    light = rng.integers(300, 3000, (4, 32, 32), np.uint16)
    light[:, :4] = 0
    radar = rng.normal(-12, 3, (2, 32, 32)).astype(np.float32)
    ground = np.linspace(200, 260, 32 * 32, dtype=np.float32).reshape(1, 32, 32)
    names = ("B02", "B03", "B04", "B08")
    posts = ("lon,lat,date,text", f"{HERE},2024-05-02,water in the street")
    days = [f"{HERE},2024-05-{day:02},{10 + day / 10},{day % 3}" for day in range(1, 31)]
    weather = ("lon,lat,date,temperature_c,precipitation_mm", *days)
    for path, wishes in (
        (write_raster(tmp_path / "s2.tif", light, transform=PLACE, descriptions=names, nodata=0), {"acquired": MAY}),
        (write_raster(tmp_path / "s1.tif", radar, transform=PLACE, descriptions=("VV", "VH")), {"acquired": JUNE}),
        (write_raster(tmp_path / "dem.tif", ground, transform=PLACE), {"sensor": "elevation"}),
        (write_cloud(tmp_path / "a.laz", side=64), {}),
        (write(tmp_path / "posts.csv", posts), {}),
        (write(tmp_path / "weather.csv", weather), {}),
    ):
        (result,) = take(path, **wishes)
        assert result.status is Status.ACCEPTED, result.message
    return dict(load_samples(project, project.samples.all()))[0]


def write(path: Path, lines: tuple[str, ...]) -> Path:
    path.write_text("\n".join(lines))
    return path


def test_it_works(sample: Sample) -> None:
    chips = {chip.sensor.modality: chip for chip in sample.chips}
    assert set(chips) == set(PIXELS)
    optical, radar = chips[Modality.OPTICAL], chips[Modality.SAR]
    assert [band.wavelength_nm for band in optical.sensor.bands] == [490, 560, 665, 842]
    assert [band.polarisation for band in radar.sensor.bands] == ["VV", "VH"]
    assert (optical.acquired, radar.acquired, chips[Modality.ELEVATION].acquired) == (MAY, JUNE, None)
    assert not optical.mask[:4].any() and optical.mask[4:].all()
    assert radar.mask.all()
    assert len({(chip.bounds, chip.crs) for chip in sample.chips}) == 1
    assert sample.place == pytest.approx((9.0004, 45.1532), abs=0.001)
    assert sample.texts == ("water in the street",)
    assert sample.weather is not None and len(sample.weather.days) == 30


def combined(sample: Sample) -> list[Sample]:
    """Return the sample with each combination of what there is of it, some pixels at the least."""
    made = []
    for count in range(1, len(PIXELS) + 1):
        for kinds, text, weather in product(combinations(PIXELS, count), (True, False), (True, False)):
            made.append(
                Sample(
                    chips=tuple(chip for chip in sample.chips if chip.sensor.modality in kinds),
                    place=sample.place,
                    acquired=sample.acquired,
                    texts=sample.texts if text else (),
                    weather=sample.weather if weather else None,
                )
            )
    return made


def test_each_combination_has_a_vector_of_its_own(project: Project, sample: Sample) -> None:
    encoder = open_encoder(project, "nano+place+weather+text")
    samples = combined(sample)
    assert len(samples) == 60
    assert not any(encoder.cannot_read(each) for each in samples)
    vectors = np.asarray(encoder.embed(samples))
    assert np.isfinite(vectors).all()
    assert len(np.unique(vectors.round(4), axis=0)) == len(samples)
    alone = np.asarray(encoder.embed(samples[:1]))  # whatever else is in the batch
    assert np.allclose(alone[0], vectors[0], atol=1e-3)
