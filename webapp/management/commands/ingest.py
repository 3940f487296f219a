"""manage.py ingest: take imagery into a project now, with progress."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotation.ingest import Status, Wishes, ingest_files
from annotation.models import Project
from annotation.models.acquisition import parse_moment
from mlcore.errors import MLCoreError
from webapp.tasks import dispatch


class Command(BaseCommand):
    """Take rasters, cubes, products, folders of chips and zip archives into a project."""

    help = (
        "Take imagery into a project: rasters, cubes (ENVI, MATLAB, NetCDF, HDF5, Zarr) and products (Sentinel-2, "
        "Landsat) become scenes; a folder or zip archive of chips, one tile a file. Files that belong together are one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the project and the files."""
        parser.add_argument("project", metavar="PROJECT", help="the project's number or exact name")
        parser.add_argument(
            "files",
            metavar="FILE",
            nargs="+",
            type=Path,
            help="a raster, a cube, a folder or a zip archive",
        )
        parser.add_argument("--sensor", help="the sensor's code (GET /api/sensors/ lists them); guessed when left out")
        parser.add_argument("--acquired", type=parse_moment, help="the date, YYYY-MM-DD, or with a time in UTC")
        parser.add_argument(
            "--in-place",
            action="store_true",
            help="leave files of MOUNTED_FOLDERS where they lie, if they are cloud-optimised GeoTIFFs; else copy them",
        )
        parser.add_argument("--name", help="what to call the scene; the file's name when left out")

    def handle(self, *, project: str, files: list[Path], **options: Any) -> None:
        """Print a line for each file; exit with 1 when any was refused."""
        if options["name"] and len(files) > 1:
            raise CommandError("--name calls one scene; give one file with it.")
        told = {name: options[name] for name in ("sensor", "acquired", "name", "in_place")}
        wishes = Wishes(**told)
        target, refused = find_project(project), 0
        try:
            for result in ingest_files(target, files, wishes, report=self._report):
                refused += result.status is Status.REFUSED
                self._clear()
                self.stdout.write(f"{result.status.value}: {result.name}: {result.message}")
        except MLCoreError as error:
            raise CommandError(str(error)) from error
        dispatch(target.pk)
        if refused:
            raise CommandError(f"{refused} of the files refused; see above.")

    def _report(self, name: str, share: float, message: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{share:4.0%} {message or name}", ending="")

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")


def find_project(text: str) -> Project:
    """Return the project with this number or exact name."""
    projects = list(Project.objects.filter(pk=int(text)) if text.isdecimal() else Project.objects.filter(name=text)[:2])
    if not projects:
        known = ", ".join(f"{project.pk} {project.name}" for project in Project.objects.order_by("id")[:20])
        raise CommandError(f"No project {text!r}; there are: {known or 'none yet'}.")
    if len(projects) > 1:
        raise CommandError(f"Several projects are called {text!r}; give the number of one.")
    return projects[0]
