"""`manage.py invite [PROJECT] [--role ROLE] [--administrator]`: a link by which one person gets an account."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from annotation.errors import AnnotationError
from annotation.joining import LASTS, make_link
from annotation.models.projects import Role
from webapp.management.commands.ingest import find_project


class Command(BaseCommand):
    """Make a link and print it; whoever opens it first chooses a name and a password."""

    help = "Print a link that works once: whoever opens it gets an account, and a role in a project if one is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name what the person becomes."""
        parser.add_argument("project", nargs="?", metavar="PROJECT", help="its number or exact name")
        parser.add_argument("--role", choices=Role.values, default=Role.ANNOTATOR.value, help="in that project")
        parser.add_argument("--administrator", action="store_true", help="may do all, in every project")
        parser.add_argument("--site", default="http://127.0.0.1:8000", help="where people reach the site")

    def handle(self, *, project: str | None, role: str, administrator: bool, site: str, **_: Any) -> None:
        """Print the link."""
        if project and administrator:
            raise CommandError("An administrator may do all in every project: leave PROJECT out.")
        try:
            chosen = find_project(project) if project else None
            link, secret = make_link(chosen, role=role if chosen else "", administrator=administrator)
        except AnnotationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{site.rstrip('/')}{reverse('join')}#{secret}")
        self.stdout.write(f"{link}: works once, for {LASTS.days} days. It is not shown again.")
