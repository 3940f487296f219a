"""`manage.py prune [PROJECT] [--dry-run]`: remove what nothing needs any more, now rather than tonight."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand

from annotation.models import Project
from annotation.pruning import POLICY, SHARED, prune, prune_shared
from annotation.pruning.cuts import Freed
from webapp.management.commands.ingest import find_project


class Command(BaseCommand):
    """Prune one project or all, and say what that freed."""

    help = "Remove what nothing needs any more, as each day by itself; with figures, or as a rehearsal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name a project, perhaps; rehearse, or only tell the policy."""
        parser.add_argument("project", nargs="?", metavar="PROJECT", help="its number or exact name; all when left out")
        parser.add_argument("--dry-run", action="store_true", help="say what it would free, and leave all in place")
        parser.add_argument("--policy", action="store_true", help="say what is removed, and when")

    def handle(self, *, project: str | None, dry_run: bool, policy: bool, **_: Any) -> None:
        """Print a line for each rule that frees something, and the sum."""
        if policy:
            for rule in (*POLICY, *SHARED):
                self.stdout.write(f"{rule.what}: {rule.until}")
            return
        chosen = [find_project(project)] if project else list(Project.objects.order_by("id"))
        freed = Freed()
        for one in chosen:
            freed += self._tell(str(one), prune(one, dry=dry_run))
        freed += self._tell("Shared", prune_shared(*chosen, dry=dry_run))
        self.stdout.write(f"{'Would free' if dry_run else 'Freed'} {freed}.")

    def _tell(self, whose: str, parts: Iterable[tuple[str, Freed]]) -> Freed:
        total = Freed()
        for what, part in parts:
            total += part
            if part != Freed():
                self.stdout.write(f"{whose}: {what}: {part}")
        return total
