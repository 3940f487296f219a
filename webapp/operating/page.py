"""/health/: what an administrator looks at when something is slow, full or silent."""

from dataclasses import asdict
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotation import clock
from annotation.backups import Note, last_backup
from annotation.models import Annotation, Round
from webapp.operating import disk, services, work
from webapp.pages import page

OLD_BACKUP = timedelta(days=7)
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


@page
def health(request: HttpRequest) -> HttpResponse:
    """Show queues, failures, disk, ages and services, to administrators alone."""
    if not request.user.is_superuser:
        raise PermissionDenied("This page is for administrators of the site.")
    shown, backup = disk.disk(), last_backup()
    lanes, asked, lacking = work.lanes(), services.services(), services.unapplied()
    troubles = [*_silent(lanes, asked), *_late(shown, backup, lacking)]
    return render(
        request,
        "webapp/health.html",
        {
            "lanes": [{**asdict(lane), "age": age(lane.oldest), "is_stuck": lane.is_stuck} for lane in lanes],
            "paces": work.paces(),
            "failed": work.failed(),
            "failures": work.newest_failures(),
            "disk": shown,
            "used": sum(size for _, size in shown.used_by),
            "ages": _ages(backup),
            "services": asked,
            "versions": services.versions(),
            "troubles": troubles,
        },
    )


def age(passed: timedelta | None) -> str:
    """Return how long something has lasted, in its largest unit."""
    if passed is None:
        return "–"
    seconds = passed.total_seconds()
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _silent(lanes: list[work.Lane], asked: list[services.Service]) -> list[str]:
    stuck = [f"{lane.title}: jobs wait ({lane.waiting}) and no worker takes them." for lane in lanes if lane.is_stuck]
    return [f"{service.name}: {service.told}." for service in asked if not service.answers] + stuck


def _late(shown: disk.Disk, backup: Note | None, lacking: int) -> list[str]:
    told = []
    if shown.is_low:
        told.append("The disk of DATA_DIR is nearly full: manage.py prune frees what nothing needs.")
    if lacking:
        told.append(f"The database lacks {lacking} migrations: run manage.py migrate.")
    if backup is None:
        told.append("No backup was made yet: run manage.py backup FILE.")
    elif clock.now() - backup.moment > OLD_BACKUP:
        told.append(f"The last backup is {age(clock.now() - backup.moment)} old.")
    return told


def _ages(backup: Note | None) -> list[tuple[str, str]]:
    now = clock.now()
    answer, newest = Annotation.objects.order_by("-pk").first(), Round.objects.order_by("-pk").first()
    return [
        ("Newest answer", age(now - answer.created_at if answer else None)),
        ("Newest round", age(now - newest.created_at if newest else None)),
        ("Last backup", age(now - backup.moment if backup else None)),
    ]
