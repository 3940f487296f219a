"""The frame of every page: who may open it, its tabs, and what its template and its script are given."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Any

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

from annotation.errors import NotAllowed, NotFound
from annotation.keyboards import keys_of
from annotation.models import Project
from annotation.models.label_classes import in_order
from annotation.models.projects import Role
from annotation.tasks import task_of

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


def render_project(request: HttpRequest, row: Project, name: str, data: dict[str, Any]) -> HttpResponse:
    """Render a page of a project with what all of them need."""
    role = row.role_of(request.user)
    may = role.may if role else frozenset()
    described = {"id": row.pk, "name": row.name, "task": row.task, "tile_px": row.tile_px, "opinions": row.opinions}
    described["compares"] = row.compare_modalities
    rights = {"label": Role.ANNOTATOR in may, "review": Role.REVIEWER in may, "own": Role.OWNER in may}
    classes = [item.to_dict() for item in in_order(row.classes.select_related("merged_into"))]
    task = task_of(row)
    shared = {
        "task": {**task.describe(row), "module": static(task.script)},
        "project": described,
        "may": rights,
        "classes": classes,
        "user": request.user.get_username(),
    }
    return render_page(
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


def render_page(request: HttpRequest, name: str, data: dict[str, Any], **context: Any) -> HttpResponse:
    """Render webapp/<name>.html; `data` and the URL templates reach its script as JSON."""
    frame = {"urls": url_templates(), "keys": keys_of(request.user)}
    return render(request, f"webapp/{name}.html", {"data": data, **frame, **context})


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
