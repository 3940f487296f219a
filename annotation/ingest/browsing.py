"""Browsing: what somebody needs to look into catalogues: hosts, ground, and pictures of what these offer."""

import shutil
from dataclasses import replace
from typing import Any

from django.contrib.gis.db.models import Extent, GeometryField
from django.contrib.gis.db.models.functions import GeoFunc

from annotation.ingest.staging import folder_of_ours
from annotation.models import Project
from mlcore import quarantine, remote
from mlcore.errors import NotReachable
from mlcore.quarantine import Allowance
from mlcore.remote import policy

_SIDE = 160  # px
_MOST_BYTES = 8 * 2**20
_SECONDS = 8.0  # that a host may take over one picture
_ALLOWANCE = Allowance(seconds=4, wait=10, elapsed=20)  # for a page shows many at once


class _Eastward(GeoFunc):
    """Longitudes from 0 to 360 degrees."""

    function = "ST_ShiftLongitude"
    output_field = GeometryField(srid=4326)


def places_to_look(project: Project) -> dict[str, Any]:
    """Return which hosts may be read, and the ground of a project's scenes: west, south, east, north, or None.

    Ground across the antimeridian has its west above its east.
    """
    area = project.scenes.aggregate(area=Extent("asset__footprint"), eastward=Extent(_Eastward("asset__footprint")))
    return {"remote": list(policy().hosts), "area": _narrower(area["area"], area["eastward"])}


def _narrower(area: tuple[float, ...] | None, eastward: tuple[float, ...] | None) -> list[float] | None:
    if area is None or eastward is None:
        return None
    if area[2] - area[0] <= eastward[2] - eastward[0]:
        return list(area)
    west, south, east, north = eastward
    return [west - 360 * (west > 180), south, east - 360 * (east > 180), north]


def may_be_shown(url: str) -> bool:
    """Return whether a picture may be read from where a catalogue says that it is."""
    try:
        policy().allowed(url)
    except NotReachable:
        return False
    return True


def offered_picture(url: str) -> bytes:
    """Read the picture of an item where it lies, and return a small one of our own making.

    Raises:
        NotReachable, RemoteGone, RemoteAway, FileTooLarge: it cannot be had.
        UnreadableFile: it is no picture, or a damaged one.
    """
    rules = replace(policy(), seconds=min(policy().seconds, _SECONDS))
    answer = remote.fetch(url, most=_MOST_BYTES, rules=rules)
    folder = folder_of_ours()
    try:
        source, target = folder / "picture", folder / "small"
        source.write_bytes(answer.body)
        quarantine.miniature(source, target, side=_SIDE, allowance=_ALLOWANCE)
        return target.read_bytes()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
