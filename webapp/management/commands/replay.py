"""`manage.py replay PROJECT [--round N]`: ask again what a project's rounds asked."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.management.commands.ingest import find_project


class Command(BaseCommand):
    """Ask again what stored rounds asked, from the labels that they saw."""

    help = "Ask again what a project's rounds asked, from history, and say whether the picks are the same."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the project, and perhaps one round."""
        parser.add_argument("project", metavar="PROJECT", help="the project's number or exact name")
        parser.add_argument("--round", type=int, metavar="N", help="only this round; all of them when left out")

    def handle(self, *, project: str, round: int | None, **_: Any) -> None:
        """Print a line for each round; exit with 1 when any asks for something else now."""
        from annotation.learning.replaying import replay  # torch comes with it

        named = find_project(project)
        replays = list(replay(named, round))
        if not replays:
            raise CommandError(f"No round {round} in this project." if round else "This project has no rounds yet.")
        if not round and (pruned := named.rounds.count() - len(replays)):
            self.stdout.write(f"{pruned} older rounds were pruned and don't replay.")
        for one in replays:
            said = "the same" if one.same else "differs"
            self.stdout.write(f"Round {one.number} ({one.strategy}): {said}, {one.picks} picks")
            for difference in one.differences:
                self.stdout.write(f"  {difference}")
        changed = [one.number for one in replays if not one.same]
        if changed:
            self.stderr.write(f"{len(changed)} of {len(replays)} rounds differ.")
            sys.exit(1)
