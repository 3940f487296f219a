"""manage.py stac: a line for each item of a catalogue, and a rehearsal that adds nothing."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Project
from tests.catalogues import put_catalogue, put_item
from tests.hosts import Host, allowed, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a host that may be read."""
    with serving() as host, allowed(host.url, seconds=10.0):
        yield host


def run(*arguments: object) -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("stac", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_it_works(project: Project, host: Host, tmp_path: Path) -> None:
    url = put_catalogue(host, [put_item(host, tmp_path, "a"), put_item(host, tmp_path, "b", day="2021-01-01")])
    printed = run(project.pk, url, "--dates", "2020-01-01/2020-12-31", "--bbox=8,44,10,46", "--dry-run")
    assert printed == "accepted: a: 4 bands of 4 files\n"
    assert project.scenes.count() == 0
    printed = run(project.pk, url, "--dates", "2020-01-01/..", "--assets", "red,blue", "--most", "1")
    assert "accepted: a: added, " in printed
    assert "There may be more" in printed
    assert [band.name for band in project.scenes.get().get_sensor().bands] == ["B04", "B02"]


def test_refusals_are_told_with_what_to_do(project: Project, host: Host, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="An operator names it in REMOTE_HOSTS"):
        run(project.pk, "https://example.org/catalog.json")
    url = put_item(host, tmp_path)
    with pytest.raises(CommandError, match="1 of the items refused"):
        run(project.pk, url, "--assets", "nir")
    assert "has nothing that fits" in run(project.pk, url, "--cloud", "1")
