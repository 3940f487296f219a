"""From the upload to the vector, nothing is looked at twice."""

from collections import Counter
from pathlib import Path

import pytest

from annotation import ingest
from annotation.ingest import arrivals
from annotation.learning import embedding
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from mlcore import quarantine
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

    def asked(task: str, *args: object, **options: object) -> object:
        counted[task] += 1
        return ask(task, *args, **options)

    ask = quarantine.ask
    monkeypatch.setattr(quarantine, "ask", asked)
    count(type(get_reader("raster")), "valid_fractions")
    count(arrivals, "sensor_of")
    return counted


def test_it_works(project: Project, tmp_path: Path, calls: Counter[str]) -> None:
    receipt = ingest.request_ingest(project, [upload(write_raster(tmp_path / "lake.tif", ramp(3, 64, 96)))])
    ingest.run(receipt.job)
    job = Job.objects.get(kind=JobKind.EMBED)
    job.start()
    assert embedding.embed(job).startswith("Embedded 6 tiles")
    assert calls == {
        "inspect": 1,
        "sensor_of": 1,
        "statistics": 1,
        "look": 1,
        "oddities": 1,
        "convert": 1,
        "valid_fractions": 1,
    }
