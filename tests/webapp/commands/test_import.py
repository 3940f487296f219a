"""manage.py import."""

import pytest
from django.core.management import CommandError, call_command

from annotation.exports import make
from annotation.models import Import
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(alice, tmp_path):
    """Return an export of two labels, one of a class that the project has not."""
    other = factories.make_project(alice, name="Other", classes=("Open water", "Swamp"))
    factories.make_scene(other, tmp_path, name="other")
    for sample, code in zip(other.samples.all()[:2], (1, 2), strict=True):
        factories.label(sample, alice, code)
    make(other, "geojson", tmp_path / "other.zip")
    return tmp_path / "other.zip"


def test_it_works(project, samples, file, capsys):
    call_command("import", "Lakes", str(file), "--map", "Swamp=Bare rock")
    said = capsys.readouterr().out
    assert "class Swamp (1) -> Bare rock" in said
    assert "2 labels taken in from other.zip" in said
    assert list(project.samples.exclude(answer=None).values_list("answer__value", flat=True)) == [
        {"class": 1}, {"class": 3},
    ]  # fmt: skip


def test_a_dry_run_changes_nothing(project, samples, file, capsys):
    call_command("import", "Lakes", str(file), "--dry-run")
    said = capsys.readouterr().out
    assert "Taken: 1" in said
    assert "line 2: its class has no place yet. Say which class Swamp becomes." in said
    assert not project.samples.exclude(answer=None).exists()
    assert not Import.objects.exists()


def test_classes_can_be_added(project, samples, file):
    call_command("import", "Lakes", str(file), "--add-classes")
    assert project.classes.get(code=4).name == "Swamp"
    assert project.samples.exclude(answer=None).count() == 2


def test_mistakes_are_told(project, samples, file, tmp_path):
    with pytest.raises(CommandError, match="Swamp"):
        call_command("import", "Lakes", str(file), "--map", "Moor=1")
    with pytest.raises(CommandError, match="no owner"):
        call_command("import", "Lakes", str(file), "--as", "bob")
    (tmp_path / "x.zip").write_bytes(b"hello")
    with pytest.raises(CommandError, match="of no format"):
        call_command("import", "Lakes", str(tmp_path / "x.zip"))
    assert not Import.objects.filter(name="x.zip").exists()
