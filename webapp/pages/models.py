"""The pages on what the model can do: its encoder and versions, and what audits say of it."""

from django.http import HttpRequest, HttpResponse

from annotation.access import get_project
from annotation.improving.requests import LEAST_AUDITS, LEAST_LABELS
from webapp.pages.frame import page, render_project


@page
def model(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show which encoder the model stands on, what another would buy, and the way back."""
    row = get_project(request.user, project_id)
    return render_project(request, row, "model", {"needs": {"labels": LEAST_LABELS, "audits": LEAST_AUDITS}})


@page
def insights(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show what audits say of the model, what the tiles look like to it, and what more labels would buy."""
    row = get_project(request.user, project_id)
    return render_project(request, row, "insights", {})
