"""The page Connect: how other programs work with a project, and which addresses are told what happens in it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from annotation.access import get_project
from annotation.models.webhooks import EventKind
from webapp.pages import page, render_project

EVENTS = [{"value": kind.value, "title": kind.label} for kind in EventKind if kind is not EventKind.TEST]


@page
def connect(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show it; webhooks are for owners."""
    row = get_project(request.user, project_id)
    days = {"days": min(settings.TOKEN_DAYS, settings.TOKEN_MOST_DAYS), "most_days": settings.TOKEN_MOST_DAYS}
    site = request.build_absolute_uri("/")
    return render_project(request, row, "connect", {"events": EVENTS, "site": site, **days})
