"""The attack corpus over the web: each file is refused in words, or taken, within seconds, and its job ends."""

import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.ingest import request_ingest
from annotation.models import Asset, Job
from annotation.models.jobs import JobKind
from mlcore import quarantine
from mlcore.quarantine import PROMPT, Allowance, Busy, Overwhelmed
from mlcore.raster.info import inspect
from tests.attacks import ATTACKS
from tests.pools import run_jobs
from tests.rasters import write_raster
from tests.uploads import files_on_disk, upload

pytestmark = pytest.mark.django_db
MOST_SECONDS = 5


@pytest.fixture(autouse=True)
def warm(api, alice, tmp_path: Path) -> None:
    """Have a child that waits and views that are loaded, as a server has after its first upload."""
    quarantine.inspect(write_raster(tmp_path / "warm.tif"))
    api(alice).get("/api/projects/")


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_costs_seconds(attack: str, api, project, alice, tmp_path: Path) -> None:
    name, make, words = ATTACKS[attack]
    content = make(tmp_path)
    assert len(content) < 16 * 2**20, "an attack is small"
    began = time.monotonic()
    sent = {"files": [SimpleUploadedFile(name, content)]}
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", sent, format="multipart")
    assert time.monotonic() - began < MOST_SECONDS
    (told,) = answer.json()["files"]
    if words:
        assert (answer.status_code, told["status"]) == (400, "refused")
        assert any(part in told["message"] for part in words.split("|")), told["message"]
    else:
        _ends_in_words(project)
    assert Asset.objects.count() == 0
    assert files_on_disk() == []


def _ends_in_words(project) -> None:
    (job,) = run_jobs(project)
    assert job.state == Job.State.FAILED
    assert "Error" not in job.error, job.error


def test_a_good_file_is_still_taken(api, project, alice, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif")
    sent = {"files": [SimpleUploadedFile("lake.tif", path.read_bytes())]}
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", sent, format="multipart")
    assert answer.status_code == 202, answer.json()
    assert inspect(path).width == 120


@pytest.mark.parametrize("met", [Busy("Many files."), Overwhelmed("It takes too long.")])
def test_what_cannot_be_looked_at_now_is_looked_at_by_the_job(
    met: Exception, api, project, alice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = quarantine.ask

    def only_with_patience(task: str, allowance: Allowance, **options: object) -> dict[str, object]:
        if allowance is PROMPT:
            raise met
        return ask(task, allowance, **options)

    monkeypatch.setattr(quarantine, "ask", only_with_patience)
    path = write_raster(tmp_path / "lake.tif")
    sent = {"files": [SimpleUploadedFile("lake.tif", path.read_bytes())]}
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", sent, format="multipart")
    assert answer.json()["files"][0]["message"] == "to be looked at in the background"
    assert run_jobs(project, JobKind.INGEST)[0].state == Job.State.DONE
    assert project.scenes.count() == 1


def test_a_file_that_no_patience_helps_is_told(project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(task: str, allowance: Allowance, **options: object) -> dict[str, object]:
        raise Overwhelmed(f"{Path(str(options['file'])).name} cannot be read here: it takes too long.")

    monkeypatch.setattr(quarantine, "ask", never)
    receipt = request_ingest(project, [upload(write_raster(tmp_path / "lake.tif"))])
    (job,) = run_jobs(project)
    assert receipt.job == job
    assert (job.state, job.error) == (
        Job.State.FAILED,
        "lake.tif: lake.tif cannot be read here: it takes too long.",
    )
    assert files_on_disk() == []
