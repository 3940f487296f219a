"""The project file in real QGIS, from the distribution's packages: what it shows, and edits that come back."""

import re
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from annotation import imports, jobs
from annotation.models import Import
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def qgis(in_qgis, tmp_path):
    """Return what opens a project file in QGIS and returns what it saw, and the GeoPackage that it wrote."""

    def look(content: str) -> tuple[dict, Path]:
        file, out = tmp_path / "project.qgs", tmp_path / "edited.gpkg"
        file.write_text(content)
        return in_qgis("look.py", file, out), out

    return look


def test_it_works(qgis, api, project, samples, alice, bob, live_server: LiveServer, caplog):
    for sample in samples[:5]:
        factories.label(sample, bob, 1 + sample.index % 3)
    version = factories.make_model_version(project)
    factories.suggest(version, samples[6], 2, 0.8)
    project.views.create(name="Red", recipe={"bands": ["red"], "ramp": "viridis"}, created_by=bob)
    content = api(alice).post(f"/api/projects/{project.pk}/qgis/", {}).json()["content"]
    key = re.findall(r"ts_[\w-]{20,}", content)[0]
    told, edited = qgis(content.replace("http://testserver", live_server.url))
    labels, suggestions, scene, view = told["layers"]
    assert told["read"] and all(layer["valid"] for layer in told["layers"]), told
    assert labels["classes"] == ["Bare rock", "Forest", "Forest", "Open water", "Open water"]
    assert labels["within"] == 1 and labels["categories"] == ["Open water", "Forest", "Bare rock", "other"]
    assert suggestions["classes"] == ["Forest"]
    assert (scene["name"], view["name"]) == ("scene.tif", "scene.tif: Red") and min(told["colours"]) > 20
    assert told["extent"] == [9.0, 45.15] and key not in caplog.text
    check_that_edits_come_back(project, samples, alice, edited)


def check_that_edits_come_back(project, samples, alice, edited: Path) -> None:
    """Import what QGIS wrote: the one that was changed is a conflict, and is taken when its owner says so."""
    with edited.open("rb") as file:
        row = imports.request(project, alice, file, name=edited.name)
    row = work(row)
    assert row.state == "ready", row.report
    assert row.report["fates"].get("conflict") == 1, row.report
    conflict = row.items.get(fate="conflict")
    assert conflict.sample == samples[0]
    row = work(imports.change(row, alice, options={"replace": True}))
    work(imports.confirm(row, alice))
    answers = [sample.answer.label.code for sample in project.samples.order_by("index")[:5]]
    assert answers == [3, 2, 3, 1, 2]


def work(row: Import) -> Import:
    """Do an import's job."""
    jobs.run(row.job_id)
    return Import.objects.get(pk=row.pk)
