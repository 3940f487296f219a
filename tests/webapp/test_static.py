"""Static files in production: hashed names, and modules that still find one another."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse


@pytest.fixture
def collected(tmp_path, settings) -> Path:
    """Return the folder that collectstatic filled as in production."""
    if not finders.find("vendor/leaflet/leaflet-src.esm.js"):
        pytest.skip("Leaflet is not installed: run npm ci.")
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "webapp.static_storage.ModuleStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_it_works(collected, db):
    page = Client().get(reverse("login")).content.decode()
    for path in re.findall(r'"/static/([^"]+)"', page):
        assert re.search(r"\.[0-9a-f]{12}\.", path), f"{path} has no hash"
        assert (collected / path).is_file()


def test_every_import_between_modules_points_to_a_hashed_file(collected):
    for original in (collected / "webapp" / "js").rglob("*.js"):
        if re.search(r"\.[0-9a-f]{12}\.js$", original.name):
            continue
        module = collected / staticfiles_storage.stored_name(str(original.relative_to(collected)))
        for target in re.findall(r'(?:from|import)\s*"(\.[^"]+)"', module.read_text()):
            assert re.search(r"\.[0-9a-f]{12}\.js$", target), f"{original.name} imports {target}"
            assert (module.parent / target).resolve().is_file()
