"""Static files in production: hashed names, and modules that still find one another."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from tests.sweeps import left_out

pytestmark = pytest.mark.django_db  # all of them, so that they run side by side and collect once


OTHERS = ["admin", "drf_spectacular_sidecar", "gis", "rest_framework"]  # whose many files refer to none of ours


@pytest.fixture(scope="module", params=[OTHERS, left_out([])], ids=["ours", "all"])
def collected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder that collectstatic filled as in production."""
    if not finders.find("vendor/leaflet/leaflet-src.esm.js"):
        pytest.skip("Leaflet is not installed: run npm ci.")
    folder = tmp_path_factory.mktemp("static")
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "webapp.static_storage.ModuleStorage"}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=request.param)
        yield folder


def test_it_works(collected):
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
