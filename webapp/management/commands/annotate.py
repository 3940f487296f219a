"""`manage.py annotate PROJECT --truth FILE`: a simulated annotator labels a project over the API."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotation.errors import AnnotationError, NotFound
from annotation.models import Member, Project
from annotation.models.projects import Role
from annotation.models.tokens import TokenScope
from annotation.projects import save_project
from annotation.tokens import issue, revoke
from annotation.truth import RasterTruth, RowTruth, Truth
from mlcore.errors import MLCoreError
from webapp.client import Client, Refused
from webapp.management.commands.ingest import find_project
from webapp.simulated import Annotator


class Command(BaseCommand):
    """Label a project as somebody would who knows the truth."""

    help = (
        "Label a project over the API of a running server, as somebody would who knows the truth. The labels count "
        "like people's, and are marked as simulated: use a project of its own."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the project, the truth, and how to work."""
        parser.add_argument("project", metavar="PROJECT", help="the project's number or exact name")
        known = parser.add_mutually_exclusive_group(required=True)
        known.add_argument(
            "--labels", type=Path, metavar="L.tif", help="a raster of class codes, 0 = not labelled, or of amounts"
        )
        known.add_argument(
            "--truth",
            type=Path,
            metavar="FILE",
            help=".npy of a code or amount a row, or .csv of tile,class or tile,amount",
        )
        parser.add_argument("--strategy", help="let the project ask by this strategy from now on")
        parser.add_argument("--seed", type=int, help="the project's seed from now on")
        parser.add_argument("--budget", type=int, default=100, help="labels (default: 100)")
        parser.add_argument("--seconds", type=float, default=0.0, help="that each label is said to have taken")
        parser.add_argument("--user", default="simulated", help="login name; made, and let in, where it is unknown")
        parser.add_argument("--lockstep", action="store_true", help="wait for the model after every batch")
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--url", default=f"http://127.0.0.1:{port}", help="the server (default: the one here)")

    def handle(self, *, project: str, **options: Any) -> None:
        """Say what was labelled."""
        target = find_project(project)
        try:
            _prepare(target, options)
            truth = _truth(options)
            with _token(target, options["user"]) as token:
                annotator = Annotator(Client(options["url"], token), target.pk, truth, seconds=options["seconds"])
                done = self._in_step(annotator, options) if options["lockstep"] else self._freely(annotator, options)
        except (AnnotationError, MLCoreError, Refused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['user']} answered {done} tiles of {target}.")

    def _freely(self, annotator: Annotator, options: dict[str, Any]) -> int:
        return sum(1 for _ in annotator.label(options["budget"]))

    def _in_step(self, annotator: Annotator, options: dict[str, Any]) -> int:
        done = 0
        for rows in annotator.label_in_step(options["budget"]):
            done += len(rows)
            self.stdout.write(f"{done}: {' '.join(f'#{row}' for row in rows)}")
        return done


def _prepare(project: Project, options: dict[str, Any]) -> None:
    if options["strategy"] is None and options["seed"] is None:
        return
    project.strategy = options["strategy"] or project.strategy
    project.seed = project.seed if options["seed"] is None else options["seed"]
    save_project(project)


def _truth(options: dict[str, Any]) -> Truth:
    return RasterTruth.read(options["labels"]) if options["labels"] else RowTruth.read(options["truth"])


@contextmanager
def _token(project: Project, name: str) -> Iterator[str]:
    """Lend a token of the simulated person; whoever is new is let in as a reviewer, who may ask for a round."""
    user, made = User.objects.get_or_create(username=name)
    if made:
        user.set_unusable_password()
        user.save()
    Member.objects.get_or_create(project=project, user=user, defaults={"role": Role.REVIEWER})
    token, key = issue(user, name="manage.py annotate", scope=TokenScope.REVIEW)
    try:
        yield key
    finally:
        with suppress(NotFound):  # it ended meanwhile
            revoke(user, token.pk)
