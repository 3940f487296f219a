"""manage.py export."""

import zipfile

import pytest
from django.core.management import CommandError, call_command

from tests import factories

pytestmark = pytest.mark.django_db


def test_it_works(project, samples, bob, tmp_path, capsys):
    factories.label(samples[0], bob, 1)
    call_command("export", "Lakes", "geojson", "--out", str(tmp_path / "lakes.zip"))
    assert "1 labels of Lakes" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "lakes.zip") as archive:
        assert "labels.geojson" in archive.namelist()


def test_an_unknown_project_is_told(project):
    with pytest.raises(CommandError, match="Seas"):
        call_command("export", "Seas", "geojson")


def test_an_unknown_format_is_told(project):
    with pytest.raises(CommandError, match="geojson"):
        call_command("export", "Lakes", "shapefile")
