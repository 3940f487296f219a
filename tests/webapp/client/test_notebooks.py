"""The notebooks of the docs: their cells run against a live server, one after the other, and what they say is so."""

import json
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from annotation.models import Annotation
from annotation.tokens import issue
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
NOTEBOOKS = sorted((Path(__file__).resolve().parents[3] / "docs" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_cells_run(path, project, samples, alice, bob, live_server: LiveServer, monkeypatch, tmp_path):
    for sample in samples[:6]:
        factories.label(sample, bob, 1 + sample.index % 3)
    factories.make_round(project, samples[6:])
    monkeypatch.setenv("TERRASCRIBE_URL", live_server.url)
    monkeypatch.setenv("TERRASCRIBE_TOKEN", issue(alice, name="Notebook", scope="label")[1])
    monkeypatch.setenv("TERRASCRIBE_PROJECT", "Lakes")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{path.name}", "exec"), names)
    assert Annotation.objects.count() > 6 and names["losses"][-1] < names["losses"][0]


def test_notebooks_are_stored_without_results():
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
        assert not any(cell["outputs"] or cell["execution_count"] for cell in cells), path.name
