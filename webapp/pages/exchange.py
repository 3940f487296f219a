"""The pages by which labels come in and go out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from annotation.access import get_project
from annotation.exports import FORMATS, Group, choices_of, formats_of
from annotation.imports import describe as describe_imports
from annotation.models.projects import Role
from webapp.pages.frame import page, render_project


@page
def imports(request: HttpRequest, project_id: int) -> HttpResponse:
    """Take labels in from files."""
    row = get_project(request.user, project_id, Role.OWNER)
    data = {**describe_imports(), "upload_limit_mb": settings.UPLOAD_LIMIT_MB}
    return render_project(request, row, "imports", data)


@page
def exports(request: HttpRequest, project_id: int) -> HttpResponse:
    """Ask for exports and download them."""
    row = get_project(request.user, project_id)
    offered = {name: FORMATS[name] for name in formats_of(row)}
    formats = [
        {"name": name, "group": each.group, "title": each.title, "text": each.text, "lacks": each.lacks}
        | {"choices": choices_of(row, name)}
        for name, each in sorted(offered.items(), key=lambda item: list(Group).index(item[1].group))
    ]
    return render_project(request, row, "exports", {"formats": formats})
