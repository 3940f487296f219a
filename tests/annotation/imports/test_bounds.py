"""Imports beside the rest of the house: deletions, sweeping and pruning know of them."""

import io

import pytest

from annotation import imports
from annotation.deletions import delete_project
from annotation.ingest import sweep_files
from annotation.models import Import, ImportItem
from tests import factories
from tests.annotation.imports.conftest import looked_at, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(project, samples, alice, tmp_path, exported) -> Import:
    """Return an import of twelve labels that were taken in."""
    factories.label_all(samples, alice)
    copy = factories.make_project(alice, name="Copy")
    factories.make_scene(copy, tmp_path, name="copy")
    return taken(looked_at(copy, alice, exported(project, "coco")))


def test_a_project_goes_with_its_imports(row):
    delete_project(row.project)
    assert not Import.objects.exists()
    assert not ImportItem.objects.exists()


def test_a_file_stays_while_it_may_be_taken_in_and_goes_afterwards(row, project, alice, data_dir):
    assert not row.file.parent.exists() or not row.path
    waiting = imports.request(project, alice, io.BytesIO(b"labels"), name="a.zip")
    assert sweep_files(older_than=0) == 0
    assert waiting.file.is_file()
    imports.remove(waiting)
    assert not list((data_dir / "uploads").iterdir())


def test_scenes_whose_tiles_an_import_speaks_of_can_go_when_nothing_is_labelled(alice, tmp_path, project, samples):
    table = "lon,lat,class\n9.001,45.1534,Forest\n"
    row = looked_at(project, alice, table.encode(), "a.csv")
    assert row.report["fates"] == {"taken": 1}
    from annotation.ingest import remove_scene

    remove_scene(project.scenes.get())
    item = row.items.get()
    assert (item.sample, item.fate, item.message) == (None, "outside", "The tile was removed.")
