"""manage.py demo: load the demo projects once."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotation import demo
from annotation.errors import AnnotationError
from webapp.tasks import dispatch


class Command(BaseCommand):
    """Load the demo account and projects; the second time nothing happens."""

    help = "Load demo projects of each kind on real imagery, with a login of their own. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wish for those that are not there."""
        parser.add_argument(
            "--missing",
            action="store_true",
            help="also where the demo was loaded before: make those that a new release brings, or that were removed",
        )

    def handle(self, *, missing: bool = False, **options: Any) -> None:
        """Say what was loaded and how to log in."""
        if not settings.DEMO_PASSWORD:
            self.stdout.write("No demo: production has no demo account unless DEMO_PASSWORD is set.")
            return
        try:
            projects = demo.load(missing=missing)
        except AnnotationError as error:
            raise CommandError(str(error)) from error
        for project in projects:
            self.stdout.write(f"Loaded {project.name}: {project.samples.count()} tiles")
            dispatch(project.pk)
        address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/"
        password = "demo" if settings.DEMO_PASSWORD == "demo" else "as set in DEMO_PASSWORD"  # noqa: S105
        self.stdout.write(f"Demo: {address}   login: {settings.DEMO_USER}   password: {password}")
