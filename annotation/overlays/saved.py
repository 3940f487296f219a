"""Saved: the overlays of a project, checked against where its imagery lies."""

import shapely
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db import IntegrityError, transaction
from shapely.geometry.base import BaseGeometry

from annotation.errors import BadSettings, BadUpload
from annotation.models import Overlay, Project
from annotation.overlays.reading import read_geojson
from annotation.validation import check

MOST = 20  # of a project


def add_overlay(project: Project, by: AbstractBaseUser, *, name: str, colour: str, content: bytes) -> Overlay:
    """Keep what a GeoJSON file draws, for all members.

    Raises:
        BadUpload, UploadTooLarge: the file cannot be drawn, or not where the imagery lies.
        BadSettings: a name that is taken, or too many.
    """
    if project.overlays.count() >= MOST:
        raise BadSettings(f"A project has {MOST} overlays at the most; delete some.")
    drawing = read_geojson(content)
    shape = drawing.shape()
    _check_order(project, shape)
    row = Overlay(project=project, created_by_id=by.pk, name=name.strip(), colour=colour, vertices=drawing.vertices)
    row.shape = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)  # type: ignore[assignment]  # a collection it is
    check(row, exclude=["shape"])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise BadSettings(f"Somebody has just added {row} under this name; choose another.") from error
    return row


def _check_order(project: Project, shape: BaseGeometry) -> None:
    """Refuse what would lie on the imagery if latitude and longitude changed places, and does not as it is."""
    west, south, east, north = shape.bounds
    there = project.scenes.filter(asset__footprint__isnull=False)
    if max(abs(west), abs(east)) > 90 or not there.exists():
        return
    here, swapped = Polygon.from_bbox((west, south, east, north)), Polygon.from_bbox((south, west, north, east))
    here.srid = swapped.srid = 4326
    if there.filter(asset__footprint__intersects=here).exists():
        return
    if there.filter(asset__footprint__intersects=swapped).exists():
        raise BadUpload(
            "Latitude and longitude are swapped: the other way round, it would lie on the imagery. "
            "GeoJSON has [longitude, latitude]."
        )
