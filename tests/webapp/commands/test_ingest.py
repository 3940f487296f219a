"""manage.py ingest: a line for each file, and an exit code that tells of refusals."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Job, Project
from tests.rasters import ramp, write_raster
from tests.uploads import write_archive, write_chip

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("ingest", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_it_works(project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(7, 64, 96))
    printed = run(project.pk, path, "--sensor", "landsat7-etm", "--acquired", "2024-05-01", "--name", "The lake")
    assert printed == "accepted: lake.tif: added, 3 x 2 tiles, sensor Landsat 7 ETM+ (1-5, 6 high gain, 7)\n"
    scene = project.scenes.get()
    assert (scene.name, str(scene.moment), scene.sensor_guessed) == ("The lake", "2024-05-01", False)
    assert Job.objects.get().kind == "embed"


def test_a_project_is_found_by_its_exact_name(project: Project, tmp_path: Path) -> None:
    run("Lakes", write_raster(tmp_path / "lake.tif"))
    assert project.scenes.count() == 1


def test_an_unknown_project_is_refused_with_those_there_are(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"No project 'lakes'; there are: {project.pk} Lakes"):
        run("lakes", tmp_path)


def test_the_second_time_says_that_there_is_nothing_to_do(project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif")
    run(project.pk, path)
    assert run(project.pk, path) == "duplicate: lake.tif: already in the project as lake.tif: nothing to do\n"


def test_a_refused_file_does_not_stop_the_others(project: Project, tmp_path: Path) -> None:
    bad = tmp_path / "notes.tif"
    bad.write_text("no raster")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of the files refused") as caught:
        call_command("ingest", str(project.pk), str(bad), str(write_raster(tmp_path / "lake.tif")), stdout=out)
    assert caught.value.returncode == 1
    first, second = out.getvalue().splitlines()
    assert first.startswith("refused: notes.tif: notes.tif is not a")
    assert second.startswith("accepted: lake.tif")


def test_folders_and_archives_of_chips(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "chips"
    folder.mkdir()
    write_chip(folder / "a.tif", 1)
    archive = write_archive(tmp_path / "more.zip", {"b.tif": write_chip(tmp_path / "b.tif", 2).read_bytes()})
    assert [line.split(":")[:2] for line in run(project.pk, folder, archive).splitlines()] == [
        ["accepted", " a.tif"],
        ["accepted", " b.tif"],
    ]
    assert project.samples.count() == 2


def test_an_unknown_sensor_is_refused_with_the_known_ones(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Unknown sensor 'hubble'; choose one of: .*rgb"):
        run(project.pk, write_raster(tmp_path / "lake.tif"), "--sensor", "hubble")


def test_one_name_is_for_one_file(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="give one file"):
        run(project.pk, tmp_path / "a.tif", tmp_path / "b.tif", "--name", "x")
