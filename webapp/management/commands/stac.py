"""manage.py stac: add scenes of a STAC catalogue to a project, to be read where they lie."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotation.errors import AnnotationError
from annotation.ingest import Status, add_items, offers
from mlcore.errors import MLCoreError
from mlcore.stac.searching import MOST_ITEMS, Query
from webapp.management.commands.ingest import find_project
from webapp.tasks import dispatch


def _bbox(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise ArgumentTypeError("an area is WEST,SOUTH,EAST,NORTH in degrees") from None
    return west, south, east, north


def _dates(text: str) -> tuple[date | None, date | None]:
    first, _, last = text.partition("/")
    try:
        starts = None if first in ("", "..") else date.fromisoformat(first)
        ends = starts if "/" not in text else None if last in ("", "..") else date.fromisoformat(last)
    except ValueError:
        raise ArgumentTypeError("dates are YYYY-MM-DD, or YYYY-MM-DD/YYYY-MM-DD, or with .. on one side") from None
    return starts, ends


class Command(BaseCommand):
    """Add items of a STAC API, a static catalogue, a collection, or one item."""

    help = (
        "Add scenes from a STAC API or catalogue. Their pixels are read where they lie, window by window, so that "
        "adding is quick; REMOTE_HOSTS says from which hosts. `--dry-run` shows what would be added."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the project, the catalogue, and what of it."""
        parser.add_argument("project", metavar="PROJECT", help="the project's number or exact name")
        parser.add_argument("url", metavar="URL", help="of an API, a catalogue, a collection or an item")
        parser.add_argument("--bbox", type=_bbox, help="WEST,SOUTH,EAST,NORTH in degrees (--bbox=-1,50,0,51)")
        parser.add_argument("--dates", type=_dates, default=(None, None), help="YYYY-MM-DD/YYYY-MM-DD")
        parser.add_argument("--cloud", type=float, help="most clouds, in per cent")
        parser.add_argument("--collection", action="append", default=[], help="only of this one; may come twice")
        parser.add_argument("--assets", default="", help="keys of the files that make a scene, such as red,nir")
        parser.add_argument("--most", type=int, default=100, help=f"items at the most (100; up to {MOST_ITEMS})")
        parser.add_argument("--dry-run", action="store_true", help="only show what would be added")

    def handle(self, *, project: str, url: str, **options: Any) -> None:
        """Print a line for each item; exit with 1 when any was refused."""
        target = find_project(project)
        starts, ends = options["dates"]
        query = Query(
            url, options["bbox"], starts, ends, options["cloud"], tuple(options["collection"]), options["most"]
        )
        assets = [key for key in options["assets"].split(",") if key]
        try:
            offered, findings = offers(target, query, assets)
            lines = (
                [(offer.status, offer.item.id, offer.message) for offer in offered]
                if options["dry_run"]
                else self._added(target, findings.items, assets)
            )
            refused = 0
            for status, name, message in lines:
                refused += status is Status.REFUSED
                self.stdout.write(f"{status.value}: {name}: {message}")
        except (AnnotationError, MLCoreError) as error:
            raise CommandError(str(error)) from error
        if not findings.items:
            self.stdout.write("The catalogue has nothing that fits.")
        if not findings.complete:
            self.stdout.write("There may be more: raise --most, or ask for less.")
        dispatch(target.pk)
        if refused:
            raise CommandError(f"{refused} of the items refused; see above.")

    def _added(self, target: Any, items: Any, assets: list[str]) -> Any:
        for result in add_items(target, items, assets, report=self._report):
            yield result.status, result.name, result.message

    def _report(self, share: float, message: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{share:4.0%} {message}", ending="")
