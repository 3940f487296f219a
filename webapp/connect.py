"""The page Connect: how other programs work with a project, and which addresses are told what happens in it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from annotation.access import get_project
from annotation.models import Project
from annotation.models.webhooks import EventKind
from webapp.api.pictured import pictured
from webapp.pages import page, render_project

MOST_SCENES = 50  # the newest; the API lists more
ADDRESSES = (  # id, title, and the name of the view with what it takes besides the project
    ("wmts", "WMTS: scenes in all views", "wmts"),
    ("features", "OGC API Features: labels, suggestions, samples", "api:ogc"),
    ("vector-labels", "Vector tiles of labels (TileJSON)", "api:vector-tileset", "labels"),
    ("vector-suggestions", "Vector tiles of suggestions (TileJSON)", "api:vector-tileset", "suggestions"),
    ("vector-samples", "Vector tiles of all samples (TileJSON)", "api:vector-tileset", "samples"),
    ("stac", "STAC: the scenes as a catalogue", "api:stac"),
    ("studio", "Label Studio: the model as its ML backend", "api:studio"),
)
EVENTS = [{"value": kind.value, "title": kind.label} for kind in EventKind if kind is not EventKind.TEST]


@page
def connect(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show it; webhooks are for owners."""
    row = get_project(request.user, project_id)
    days = {"days": min(settings.TOKEN_DAYS, settings.TOKEN_MOST_DAYS), "most_days": settings.TOKEN_MOST_DAYS}
    site = request.build_absolute_uri("/")
    data = {"events": EVENTS, "site": site, "addresses": addresses_of(row, site), "maps": maps_of(row, site), **days}
    return render_project(request, row, "connect", data)


def addresses_of(project: Project, site: str) -> list[dict[str, str]]:
    """Return where programs of each kind begin, for copying."""
    return [
        {"id": name, "title": title, "address": site[:-1] + reverse(view, args=[project.pk, *more])}
        for name, title, view, *more in ADDRESSES
    ]


def maps_of(project: Project, site: str) -> list[dict[str, Any]]:
    """Return the newest scenes with the addresses of their map tiles in each view."""
    return [
        {
            "title": f"{item.title} ({item.scene.pk})",
            "looks": [{"title": look.title, "tiles": site[:-1] + item.template(look)} for look in item.looks],
        }
        for item in pictured(project, most=MOST_SCENES)
    ]
