"""The project file in real QGIS, from the distribution's packages: what it shows, and edits that come back."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from annotation import imports, jobs
from annotation.models import Import
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PYTHON = "/usr/bin/python3"  # of the distribution, for which its bindings are made
LOOK = Path(__file__).with_name("look.py")


def has_qgis() -> bool:
    """Return whether the distribution's Python has QGIS."""
    if not shutil.which(PYTHON):
        return False
    return not subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode


@pytest.fixture
def qgis(tmp_path):
    """Return what opens a project file in QGIS and returns what it saw, and the GeoPackage that it wrote."""
    if not has_qgis():
        pytest.skip("QGIS is not installed here: apt-get install --no-install-recommends python3-qgis qgis-providers.")

    def look(content: str) -> tuple[dict, Path]:
        (tmp_path / "project.qgs").write_text(content)
        out = tmp_path / "edited.gpkg"
        home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
        command = [PYTHON, "-X", "faulthandler", str(LOOK), str(tmp_path / "project.qgs"), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, env=home, timeout=240, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1]), out

    return look


def test_it_works(qgis, api, project, samples, alice, bob, live_server: LiveServer, caplog):
    for sample in samples[:5]:
        factories.label(sample, bob, 1 + sample.index % 3)
    version = factories.make_model_version(project)
    factories.suggest(version, samples[6], 2, 0.8)
    content = api(alice).post(f"/api/projects/{project.pk}/qgis/", {}).json()["content"]
    key = re.findall(r"ts_[\w-]{20,}", content)[0]
    told, edited = qgis(content.replace("http://testserver", live_server.url))
    labels, suggestions, scene = told["layers"]
    assert told["read"] and labels["valid"] and suggestions["valid"] and scene["valid"], told
    assert labels["classes"] == ["Bare rock", "Forest", "Forest", "Open water", "Open water"]
    assert labels["within"] == 1 and labels["categories"] == ["Open water", "Forest", "Bare rock", "other"]
    assert suggestions["classes"] == ["Forest"]
    assert scene["name"] == "scene.tif" and told["colours"] > 20
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
