"""Pages for what is refused or not there: in the site's own words, with the project's tabs for its members."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from annotation.access import get_project
from annotation.errors import NotFound
from annotation.models import Project
from webapp.pages import tabs_of


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that somebody's role does not include a page."""
    return _refuse(request, 403, "forbidden", str(exception))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, or none for this person."""
    reason = exception.args[0] if exception.args else ""  # of an unknown address it is what the resolver tried
    return _refuse(request, 404, "not_found", reason if isinstance(reason, str) else "")


def unproven(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form did not come from a page of ours, or from one of before a login."""
    told = "This page is older than your login, or your browser keeps no cookies. Load it again and retry."
    return _refuse(request, 403, "csrf_failed", told)


def _refuse(request: HttpRequest, status: int, code: str, reason: str) -> HttpResponse:
    """Render a page of refusal, or tell programs the same as JSON."""
    if request.path.startswith("/api/"):
        message = reason or "There is no such address: /api/docs/ lists all that there are."
        return JsonResponse({"error": {"code": code, "message": message}}, status=status)
    project = _project_of(request)
    tabs = tabs_of(project, request.user, "") if project else []
    return render(request, f"{status}.html", {"reason": reason, "project": project, "tabs": tabs}, status=status)


def _project_of(request: HttpRequest) -> Project | None:
    """Return the project whose page was asked for, if the person belongs to it."""
    match = request.resolver_match
    if not match or "project_id" not in match.kwargs or not request.user.is_authenticated:
        return None
    try:
        return get_project(request.user, match.kwargs["project_id"])
    except NotFound:
        return None
