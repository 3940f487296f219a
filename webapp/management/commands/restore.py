"""`manage.py restore SOURCE`: bring a backup back into an empty installation."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from annotation.backups import restore
from annotation.errors import AnnotationError, StorageAway
from annotation.models import Annotation, Project


class Command(BaseCommand):
    help = "Bring a backup back into an empty database and an empty DATA_DIR, whole or not at all."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="file that `manage.py backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["source"].absolute(), report=self.stdout.write)
        except (AnnotationError, StorageAway, OSError, DatabaseError) as error:
            raise CommandError(f"Nothing was restored: {error}") from error
        counts = f"{Project.objects.count()} projects with {Annotation.objects.count()} answers"
        self.stdout.write(f"Restored {counts}, as they were at {manifest.made_at}.")
