"""The pages on which people say what is right: label, review, look twice."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from annotation.access import get_project
from annotation.models.projects import Role
from annotation.tours import wants_tour
from webapp.pages.frame import page, render_project


@page
def label(request: HttpRequest, project_id: int) -> HttpResponse:
    """Label one sample after another."""
    row = get_project(request.user, project_id, Role.ANNOTATOR)
    options = {"prefetch": settings.PREFETCH, "lease_minutes": settings.LEASE_MINUTES}
    return render_project(request, row, "label", {**options, "tour": wants_tour(request.user)})


@page
def review(request: HttpRequest, project_id: int) -> HttpResponse:
    """Decide on suggestions, a sheet of them at a time."""
    row = get_project(request.user, project_id, Role.REVIEWER)
    return render_project(request, row, "review", {})


@page
def quality(request: HttpRequest, project_id: int) -> HttpResponse:
    """Look again at labels that may be mistakes, and at how far people agree."""
    row = get_project(request.user, project_id, Role.REVIEWER)
    return render_project(request, row, "quality", {})
