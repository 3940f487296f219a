"""`manage.py import PROJECT FILE`: take labels out of a file into a project, or say what would happen."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from annotation import imports, jobs
from annotation.errors import AnnotationError
from annotation.imports import FORMATS
from annotation.models import Import, ImportItem, Job, Project
from annotation.models.projects import Role
from annotation.projects import add_class
from annotation.tasks.told import Cover
from mlcore.errors import MLCoreError
from webapp.management.commands.ingest import find_project
from webapp.tasks import dispatch

MOST_SHOWN = 20


class Command(BaseCommand):
    """Take labels in."""

    help = "Take labels out of a file into a project; what has no place is listed, never dropped in silence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the project, the file, and how it is read."""
        parser.add_argument("project", metavar="PROJECT", help="the project's number or exact name")
        parser.add_argument("file", metavar="FILE", type=Path, help="of labels, or a zip of them")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen to each item, change nothing")
        parser.add_argument("--as", dest="user", help="who imports (default: the owner who joined first)")
        parser.add_argument("--format", choices=sorted(FORMATS), default="", help="recognised when left out")
        parser.add_argument("--trust", choices=Import.Trust.values, default=Import.Trust.TRUSTED)
        parser.add_argument("--map", action="append", default=[], metavar="THEIRS=OURS", help="a class; OURS '-': out")
        parser.add_argument("--add-classes", action="store_true", help="add classes that the project has not")
        parser.add_argument("--column", default="", help="column or property with the class")
        parser.add_argument("--crs", default="", help="of coordinates, where the file does not say")
        parser.add_argument("--swapped", action="store_true", help="latitude comes first")
        parser.add_argument("--cover", choices=list(Cover), default=Cover.MAJORITY, help="of a tile that names it")
        parser.add_argument("--replace", action="store_true", help="labels that are there give way")
        parser.add_argument("--epoch", default="", help="name of the epoch that the labels speak of")
        parser.add_argument("--later-epoch", default="", help="of a pair, the later one")
        parser.add_argument("--show", type=int, default=MOST_SHOWN, help="items to list of those that are not taken")

    def handle(self, *, project: str, file: Path, **options: Any) -> None:
        """Look, say what would happen, and take in."""
        target = find_project(project)
        try:
            row = self._look(target, file, options)
            self._tell(row, options["show"])
            if options["dry_run"]:
                return imports.remove(row)
            if not row.report["fates"].get("taken"):
                imports.remove(row)
                return self.stdout.write("There is nothing new to take in.")
            row = self._done(imports.confirm(row, row.requested_by))
        except (AnnotationError, MLCoreError, OSError) as error:
            raise CommandError(f"Nothing was imported: {error}") from error
        dispatch(target.pk)
        self.stdout.write(f"import {row.pk}: {row.job.message if row.job else ''}")

    def _look(self, project: Project, file: Path, options: dict[str, Any]) -> Import:
        names = ("format", "column", "crs", "swapped", "cover", "replace", "epoch", "later_epoch")
        told = {name: options[name] for name in names}
        with file.open("rb") as content:
            row = imports.request(
                project,
                self._person(project, options["user"]),
                content,
                trust=options["trust"],
                options=told,
                name=file.name,
            )
        row = self._done(row)
        mapping = self._mapping(row, options["map"])
        mapping |= self._added(row, mapping) if options["add_classes"] else {}
        return self._done(imports.change(row, row.requested_by, mapping=mapping)) if mapping else row

    def _done(self, row: Import) -> Import:
        """Do the import's job here and now."""
        if row.job:
            jobs.run(row.job.pk)
        row = Import.objects.select_related("project", "requested_by", "job").get(pk=row.pk)
        if row.job and row.job.state == Job.State.FAILED:
            error = row.job.error
            if row.state == Import.State.LOOKING:
                imports.remove(row)
            raise CommandError(f"Nothing was imported: {error}")
        return row

    def _person(self, project: Project, name: str | None) -> User:
        members = project.members.filter(role=Role.OWNER).select_related("user").order_by("id")
        member = (members.filter(user__username=name) if name else members).first()
        if member is None:
            raise CommandError(f"{name or 'Nobody'} is no owner of {project}; name one by --as.")
        return member.user

    def _mapping(self, row: Import, pairs: list[str]) -> dict[str, int | None]:
        theirs = {each["name"]: each["key"] for each in row.report["classes"]}
        theirs |= {each["key"]: each["key"] for each in row.report["classes"]}
        ours = {each.name: each.code for each in imports.classes_of(row.project)}
        mapping: dict[str, int | None] = {}
        for pair in pairs:
            name, _, target = pair.rpartition("=")
            code = ours.get(target, int(target) if target.isdecimal() else None)
            if name not in theirs or (code is None and target != "-"):
                raise CommandError(
                    f"--map {pair}: the file has {', '.join(theirs)}, the project {', '.join(ours)}; '-' leaves it out."
                )
            mapping[theirs[name]] = code
        return mapping

    def _added(self, row: Import, mapping: dict[str, int | None]) -> dict[str, int | None]:
        lacking = [each for each in row.report["classes"] if each["key"] not in {**row.mapping, **mapping}]
        return {
            each["key"]: add_class(
                row.project,
                name=each["name"][:80],
                colour=each.get("colour") or "",
                definition=each.get("definition") or "",
                group=each.get("group") or "",
            ).code
            for each in lacking
        }

    def _tell(self, row: Import, most: int) -> None:
        """Say what the file is, and what becomes of its items."""
        self.stdout.write(f"{row}: {FORMATS[row.report['format']].TITLE}, {row.report['items']:,} items")
        ours = row.project.class_names()
        for each in row.report["classes"]:
            target = row.mapping.get(each["key"])
            becomes = ours[target] if target else "left out" if each["key"] in row.mapping else "?"
            self.stdout.write(f"  class {each['name']} ({each['count']:,}) -> {becomes}")
        for note in row.report["notes"]:
            self.stdout.write(f"  {note}")
        if far := row.report.get("elsewhere"):
            where = "nowhere on Earth" if far["km"] is None else f"{far['km']:,} km from the project"
            self.stdout.write(f"  It lies {where} in {far['crs']}; where that is wrong, say --crs.")
        for fate in ImportItem.Fate:
            if count := row.report["fates"].get(fate, 0):
                self.stdout.write(f"  {fate.label}: {count:,}")
        for item in row.items.exclude(fate__in=["taken", "known"])[:most]:
            self.stdout.write(f"    {item.at}: {item.get_fate_display().lower()}. {item.message}")
