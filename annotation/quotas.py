"""Quotas: how much a project, and all projects of a person, may hold and ask for; the operator sets them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from annotation.errors import OverQuota
from annotation.models import Asset, Job, Member, Project, Tile
from annotation.models.jobs import JobKind
from annotation.models.projects import Role

QUEUED_FILES = (JobKind.INGEST, JobKind.EXPORT, JobKind.IMPORT)  # kinds of which a person may ask for any number
_GIGABYTE = 10**9


@dataclass(frozen=True)
class Use:
    """What is used, and how much may be; 0 is without a limit."""

    bytes: int
    tiles: int
    most_bytes: int
    most_tiles: int

    @property
    def words(self) -> str:
        """Return both in a sentence."""
        tiles = f"{self.tiles:,} of {self.most_tiles:,}" if self.most_tiles else f"{self.tiles:,}"
        size = f"{self.bytes / _GIGABYTE:.2f}" + (f" of {self.most_bytes // _GIGABYTE:,}" if self.most_bytes else "")
        return f"The project holds {tiles} tiles and {size} GB."


def used_by(project: Project) -> Use:
    """Return what a project holds."""
    return _use([project.pk], settings.PROJECT_GB, settings.PROJECT_TILES)


def used_by_owner(user_id: int) -> Use:
    """Return what the projects of an owner hold."""
    owned = Member.objects.filter(user=user_id, role=Role.OWNER).values_list("project", flat=True)
    return _use(list(owned), settings.PERSON_GB, settings.PERSON_TILES)


def _use(projects: Iterable[int], gigabytes: int, tiles: int) -> Use:
    assets = Asset.objects.filter(scenes__project__in=projects).distinct()
    held = Asset.objects.filter(pk__in=assets.values("pk"), mounted="").aggregate(held=Sum("size"))["held"] or 0
    count = Tile.objects.filter(grid__project__in=projects).count()
    return Use(held, count, gigabytes * _GIGABYTE, tiles)


def check_room(project: Project, name: str, *, size: int = 0, tiles: int = 0) -> None:
    """Refuse what a project, or one of its owners, has no room for.

    Raises:
        OverQuota: says what is used, what the file would take and what may be.
    """
    _check(used_by(project), f"The project {project}", "PROJECT", name, (size, tiles))
    for owner in project.members.filter(role=Role.OWNER).select_related("user"):
        whose = f"All projects of {owner.user} together"
        _check(used_by_owner(owner.user_id), whose, "PERSON", name, (size, tiles))


def _check(use: Use, whose: str, setting: str, name: str, more: tuple[int, int]) -> None:
    size, tiles = more
    if use.most_tiles and use.tiles + tiles > use.most_tiles:
        raise OverQuota(
            f"{whose} may hold {use.most_tiles:,} tiles and has {use.tiles:,}; {name} makes {tiles:,} more. "
            f"Use larger tiles, remove scenes, or ask the operator to raise {setting}_TILES."
        )
    if use.most_bytes and use.bytes + size > use.most_bytes:
        raise OverQuota(
            f"{whose} may hold {use.most_bytes // _GIGABYTE:,} GB and has {use.bytes / _GIGABYTE:.1f} GB; {name} takes "
            f"{size / _GIGABYTE:.2g} GB more. Remove scenes, or ask the operator to raise {setting}_GB."
        )


def check_queue(project: Project, user_id: int | None) -> None:
    """Refuse another file to take in or to make while many wait.

    Raises:
        OverQuota: as many as may be are under way.
    """
    waiting = Job.objects.filter(kind__in=QUEUED_FILES).under_way()
    mine = waiting.filter(requested_by=user_id).count() if user_id else 0
    there = waiting.filter(project=project).count()
    for count, most, whose in (
        (mine, settings.PERSON_JOBS, "of yours"),
        (there, settings.PROJECT_JOBS, f"of {project}"),
    ):
        if most and count >= most:
            raise OverQuota(f"{count} uploads, imports and exports {whose} are under way; wait until some are done.")
