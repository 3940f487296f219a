"""The HTML pages: each checks access, gathers the data of its first paint and renders a template."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotation import ingest
from annotation.access import check_may_make_projects, get_project, may_make_projects
from annotation.errors import NotAllowed, NotFound
from annotation.exports import FORMATS, Group, choices_of, formats_of
from annotation.imports import describe as describe_imports
from annotation.improving.requests import LEAST_AUDITS, LEAST_LABELS
from annotation.models import Project, Scene
from annotation.models.projects import PromiseKind, Role
from annotation.quotas import used_by
from annotation.strategies import describe_strategies
from annotation.suitability import offered
from annotation.tasks import TASKS, task_of
from mlcore.sensors import SENSORS
from webapp.basemaps import basemaps

# What an owner may promise of labels that are accepted unseen
PROMISE_WORDS = {
    "": "Accept nothing unseen",
    PromiseKind.AVERAGE.value: "On average over all such decisions: sooner, from fewer audits",
    PromiseKind.CONFIDENCE.value: "In at least 90% of such decisions: later, from more audits",
}

View = Callable[..., HttpResponse]

# URL name, title, the role that sees it
TABS = [
    ("project", "Overview", Role.VIEWER),
    ("label", "Label", Role.ANNOTATOR),
    ("review", "Review", Role.REVIEWER),
    ("quality", "Quality", Role.REVIEWER),
    ("model", "Model", Role.VIEWER),
    ("insights", "Insights", Role.VIEWER),
    ("imagery", "Imagery", Role.VIEWER),
    ("imports", "Imports", Role.OWNER),
    ("exports", "Exports", Role.VIEWER),
    ("connect", "Connect", Role.VIEWER),
    ("project-settings", "Settings", Role.OWNER),
]


def page(view: View) -> View:
    """Make a page of a view: for people who are logged in, read only, with the domain's refusals as error pages."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404(str(error)) from error
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error

    return login_required(never_cache(require_safe(guarded)))


@page
def projects(request: HttpRequest) -> HttpResponse:
    """List the projects of the user."""
    rows = Scene.objects.filter(project__in=Project.objects.visible_to(request.user)).order_by("project_id", "id")
    covers = dict(rows.distinct("project_id").values_list("project_id", "id"))
    titles = {name: task.title for name, task in TASKS.items()}
    return _render(
        request, "projects", {"covers": covers, "tasks": titles, "may_make": may_make_projects(request.user)}
    )


@page
def new_project(request: HttpRequest) -> HttpResponse:
    """Ask for the name, task and classes of a project."""
    check_may_make_projects(request.user)
    tasks = [
        {"value": name, "title": each.title, "about": each.about, "module": static(each.script)}
        | {"template": each.template}
        for name, each in TASKS.items()
    ]
    return _render(request, "new_project", {"tasks": tasks, "tile_px": settings.TILE_PX})


@never_cache
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Let somebody use a link that was sent to them; its secret is behind the # and not sent here."""
    known = request.user.get_username() if request.user.is_authenticated else ""
    return _render(request, "join", {"user": known})


@page
def tokens(request: HttpRequest) -> HttpResponse:
    """Show the tokens of the user's programs."""
    most = settings.TOKEN_MOST_DAYS
    return _render(request, "tokens", {"days": min(settings.TOKEN_DAYS, most), "most_days": most})


@page
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show how a project goes: map, progress, learning curve, jobs."""
    row = get_project(request.user, project_id)
    request.shows_basemaps = True  # type: ignore[attr-defined]
    return render_project(request, row, "project", {"basemaps": [each.to_dict() for each in basemaps()]})


@page
def label(request: HttpRequest, project_id: int) -> HttpResponse:
    """Label one sample after another."""
    row = get_project(request.user, project_id, Role.ANNOTATOR)
    options = {"prefetch": settings.PREFETCH, "lease_minutes": settings.LEASE_MINUTES}
    return render_project(request, row, "label", options)


@page
def review(request: HttpRequest, project_id: int) -> HttpResponse:
    """Decide on suggestions, a sheet of them at a time."""
    row = get_project(request.user, project_id, Role.REVIEWER)
    return render_project(request, row, "review", {})


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


@page
def quality(request: HttpRequest, project_id: int) -> HttpResponse:
    """Look again at labels that may be mistakes, and at how far people agree."""
    row = get_project(request.user, project_id, Role.REVIEWER)
    return render_project(request, row, "quality", {})


@page
def imagery(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show the scenes and take uploads."""
    row = get_project(request.user, project_id)
    sensors = [{"code": sensor.code, "title": sensor.title, "bands": len(sensor.bands)} for sensor in SENSORS.values()]
    data = {"sensors": sensors, "upload_limit_mb": settings.UPLOAD_LIMIT_MB, "room": used_by(row).words}
    data["cloudy_above"] = row.cloudy_above
    data |= ingest.places_to_look(row)
    data["mounted"] = bool(settings.MOUNTED_FOLDERS)
    return render_project(request, row, "imagery", data)


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


@page
def project_settings(request: HttpRequest, project_id: int) -> HttpResponse:
    """Change classes, people and options."""
    row = get_project(request.user, project_id, Role.OWNER)
    roles = [{"value": role.value, "title": role.label} for role in Role]
    shares = ("opinions", "audit_share", "double_share", "promise_kind", "promise_bound")
    names = (*shares, "refit_every", "strategy", "spacing", "region_share", "rare_share", "cloudy_above", "description")
    options = {name: getattr(row, name) for name in names}
    encoders = [{"value": choice.key, "title": choice.title} for choice in offered(row) if not choice.refusal]
    promises = [{"value": kind, "title": title} for kind, title in PROMISE_WORDS.items()]
    data = {"roles": roles, "options": options, "strategies": describe_strategies(row), "promises": promises}
    return render_project(request, row, "project-settings", {**data, "encoders": encoders, "encoder": row.encoder})


def render_project(request: HttpRequest, row: Project, name: str, data: dict[str, Any]) -> HttpResponse:
    """Render a page of a project with what all of them need."""
    role = row.role_of(request.user)
    may = role.may if role else frozenset()
    described = {"id": row.pk, "name": row.name, "task": row.task, "tile_px": row.tile_px, "opinions": row.opinions}
    rights = {"label": Role.ANNOTATOR in may, "review": Role.REVIEWER in may, "own": Role.OWNER in may}
    classes = [item.to_dict() for item in row.classes.select_related("merged_into")]
    task = task_of(row)
    shared = {
        "task": {**task.describe(row), "module": static(task.script)},
        "project": described,
        "may": rights,
        "classes": classes,
        "user": request.user.get_username(),
    }
    return _render(
        request,
        name.replace("-", "_"),
        {**shared, **data},
        project=row,
        tabs=tabs_of(row, request.user, name),
        may=rights,
        task_template=task.template,
    )


def tabs_of(row: Project, user: AbstractBaseUser | AnonymousUser, current: str) -> list[dict[str, Any]]:
    """Return the tabs of a project that a member sees."""
    role = row.role_of(user)
    may = role.may if role else frozenset()
    return [{"name": tab, "title": title, "current": tab == current} for tab, title, least in TABS if least in may]


def _render(request: HttpRequest, name: str, data: dict[str, Any], **context: Any) -> HttpResponse:
    """Render webapp/<name>.html; `data` and the URL templates reach its script as JSON."""
    return render(request, f"webapp/{name}.html", {"data": data, "urls": url_templates(), **context})


@lru_cache
def url_templates() -> dict[str, str]:
    """Return every address that has a name as a template: {"project": "/projects/{project_id}/", ...}.

    Scripts look addresses up by name, so that none is written twice. The admin's own are left out.
    """
    resolver = get_resolver()
    templates = dict(_named(resolver, "", "/"))
    prefix, api = resolver.namespace_dict["api"]
    return {**templates, **dict(_named(api, "api:", f"/{prefix}"))}


def _named(resolver: URLResolver, space: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield name and template of each address of one namespace."""
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            route, _parameters = resolver.reverse_dict.getlist(name)[0][0][0]
            yield space + name, prefix + re.sub(r"%\((\w+)\)s", r"{\1}", route)
