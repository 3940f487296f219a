"""Start failed jobs again: `manage.py restart JOB...` or `manage.py restart --all`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotation.models import Job
from webapp.tasks import dispatch


class Command(BaseCommand):
    """Queue failed jobs again."""

    help = "Start failed jobs again, by number or all of them; without either, list them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take job numbers or --all."""
        parser.add_argument("jobs", nargs="*", type=int, metavar="JOB", help="the job's number")
        parser.add_argument("--all", action="store_true", help="every failed job")

    def handle(self, *, jobs: list[int], all: bool, **_: Any) -> None:
        """Restart the jobs, or say what has failed."""
        failed = Job.objects.filter(state=Job.State.FAILED).select_related("project").order_by("id")
        if not jobs and not all:
            for job in failed:
                self.stdout.write(f"{job.pk}  {job.project}  {job.get_kind_display()}: {job.error}")
            return
        chosen = list(failed if all else failed.filter(pk__in=jobs))
        if missing := set(jobs) - {job.pk for job in chosen}:
            raise CommandError(
                f"Not failed, or no such job: {', '.join(map(str, sorted(missing)))}. Nothing was started."
            )
        for job in chosen:
            done = "waits again" if job.restart() else "left out, an equal one waits already"
            self.stdout.write(f"{job.pk}  {job.project}  {job.get_kind_display()}: {done}")
        dispatch()
