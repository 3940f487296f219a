"""`manage.py export PROJECT FORMAT`: write a project's labels to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotation.errors import AnnotationError
from annotation.exports import FORMATS, Options, make
from mlcore.errors import MLCoreError
from webapp.management.commands.ingest import find_project


class Command(BaseCommand):
    help = "Write the labels of a project to a ZIP file, with classes, provenance and checksums."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="number or exact name of the project")
        parser.add_argument("format", choices=sorted(FORMATS))
        parser.add_argument("--out", type=Path, help="file to write (default: <project>-<format>.zip here)")
        parser.add_argument("--images", action="store_true", help="add a picture of each tile")
        parser.add_argument("--pseudonyms", action="store_true", help="tell of people by pseudonyms")
        parser.add_argument("--own-crs", action="store_true", help="geometry in the CRS of the tiles, not in WGS 84")
        parser.add_argument("--dissolve", action="store_true", help="also one polygon a class over tile borders")
        parser.add_argument("--splits", action="store_true", help="give labels to train, validation and test by blocks")
        parser.add_argument("--shares", nargs=3, type=float, default=[70, 15, 15], help="of these (default: 70 15 15)")
        parser.add_argument("--seed", type=int, default=0, help="of the draw of splits")
        parser.add_argument("--block", type=int, default=0, help="tiles a side of a block (default: by the labels)")

    def handle(self, *args: Any, **options: Any) -> None:
        project = find_project(options["project"])
        target = options["out"] or Path(f"project{project.pk}-{options['format']}.zip")
        if options["format"] == "release":
            raise CommandError("Releases are kept by the server: make one on the Exports page or by the API.")
        try:
            wanted = Options.of(options)
            size, sha256, count = make(project, options["format"], target, options=wanted)
        except (AnnotationError, MLCoreError, OSError) as error:
            raise CommandError(f"Nothing was exported: {error}") from error
        self.stdout.write(f"{target}: {count} labels of {project}, {size:,} bytes, sha256 {sha256}")
