"""`manage.py backup TARGET`: write database and files to one archive, while people label."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotation import clock, storage
from annotation.backups import back_up
from annotation.errors import AnnotationError, StorageAway


class Command(BaseCommand):
    help = "Write the database and the files of DATA_DIR to one archive with checksums; people may go on labelling."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="file to write, or a folder for one that is named by its moment")
        parser.add_argument(
            "--with-bucket", action="store_true", help="copy what lies in the bucket of STORAGE_URL, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target = options["target"].absolute()
        if target.is_dir():
            target /= f"terrascribe-{clock.now():%Y%m%d-%H%M%S}.tar"
        try:
            manifest = back_up(target, report=self.stdout.write, with_bucket=options["with_bucket"])
        except (AnnotationError, StorageAway, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        self.stdout.write(f"{target}: {target.stat().st_size:,} bytes, of Terrascribe {manifest.version}.")
        if manifest.files_in:
            self.stdout.write(
                f"It holds the database alone. The files stay in {manifest.files_in}: copy it, or add --with-bucket."
            )
        if manifest.missing:
            names = ", ".join(manifest.missing[:5])
            self.stderr.write(
                f"{len(manifest.missing)} files were missing from {storage.where()} before, such as {names}."
            )
