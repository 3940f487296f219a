"""The overview of a project."""

from django.http import HttpRequest, HttpResponse

from annotation.access import get_project
from webapp.basemaps import basemaps
from webapp.pages.frame import page, render_project


@page
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show how a project goes: map, progress, learning curve, jobs."""
    row = get_project(request.user, project_id)
    request.shows_basemaps = True  # type: ignore[attr-defined]
    return render_project(request, row, "project", {"basemaps": [each.to_dict() for each in basemaps()]})
