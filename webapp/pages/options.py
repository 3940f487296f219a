"""The page of a project's settings."""

from django.http import HttpRequest, HttpResponse

from annotation.access import get_project
from annotation.models.projects import PromiseKind, Role
from annotation.strategies import describe_strategies
from annotation.suitability import offered
from webapp.pages.frame import page, render_project

# What an owner may promise of labels that are accepted unseen
PROMISE_WORDS = {
    "": "Accept nothing unseen",
    PromiseKind.AVERAGE.value: "On average over all such decisions: sooner, from fewer audits",
    PromiseKind.CONFIDENCE.value: "In at least 90% of such decisions: later, from more audits",
}


@page
def project_settings(request: HttpRequest, project_id: int) -> HttpResponse:
    """Change classes, people and options."""
    row = get_project(request.user, project_id, Role.OWNER)
    roles = [{"value": role.value, "title": role.label} for role in Role]
    shares = ("opinions", "audit_share", "double_share", "promise_kind", "promise_bound")
    names = (*shares, "refit_every", "strategy", "spacing", "region_share", "rare_share", "cloudy_above")
    options = {name: getattr(row, name) for name in (*names, "compare_modalities", "description")}
    encoders = [{"value": choice.key, "title": choice.title} for choice in offered(row) if not choice.refusal]
    promises = [{"value": kind, "title": title} for kind, title in PROMISE_WORDS.items()]
    data = {"roles": roles, "options": options, "strategies": describe_strategies(row), "promises": promises}
    return render_project(request, row, "project-settings", {**data, "encoders": encoders, "encoder": row.encoder})
