"""From the upload to the vector, nothing is looked at twice."""

from collections import Counter
from pathlib import Path

import pytest

from annotation import ingest
from annotation.ingest import arrivals, assets
from annotation.learning import embedding
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from mlcore.readers import get_reader
from tests.rasters import ramp, write_raster
from tests.uploads import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often a file is asked for something."""
    counted: Counter[str] = Counter()

    def count(owner: object, name: str) -> None:
        given = getattr(owner, name)

        def counting(*args: object, **options: object) -> object:
            counted[name] += 1
            return given(*args, **options)

        monkeypatch.setattr(owner, name, counting)

    reader = type(get_reader("raster"))
    for name in ("statistics", "overview", "convert", "valid_fractions"):
        count(reader, name)
    count(arrivals, "sensor_of")
    count(arrivals, "_raster_facts")
    count(assets, "inspect")
    return counted


def test_it_works(project: Project, tmp_path: Path, calls: Counter[str]) -> None:
    receipt = ingest.request_ingest(project, [upload(write_raster(tmp_path / "lake.tif", ramp(3, 64, 96)))])
    ingest.run(receipt.job)
    job = Job.objects.get(kind=JobKind.EMBED)
    job.start()
    assert embedding.embed(job).startswith("Embedded 6 tiles")
    assert calls == {
        "_raster_facts": 1,
        "sensor_of": 1,
        "statistics": 1,
        "overview": 1,
        "convert": 1,
        "inspect": 1,  # of the converted file: another one
        "valid_fractions": 1,
    }
