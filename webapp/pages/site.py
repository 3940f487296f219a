"""The pages outside projects: the list of them, a new one, a link that lets somebody in, tokens."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotation.access import check_may_make_projects, may_make_projects
from annotation.models import Project, Scene
from annotation.tasks import TASKS
from webapp.pages.frame import page, render_page


@page
def projects(request: HttpRequest) -> HttpResponse:
    """List the projects of the user."""
    rows = Scene.objects.filter(project__in=Project.objects.visible_to(request.user)).order_by("project_id", "id")
    covers = dict(rows.distinct("project_id").values_list("project_id", "id"))
    titles = {name: task.title for name, task in TASKS.items()}
    return render_page(
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
    return render_page(request, "new_project", {"tasks": tasks, "tile_px": settings.TILE_PX})


@never_cache
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Let somebody use a link that was sent to them; its secret is behind the # and not sent here."""
    known = request.user.get_username() if request.user.is_authenticated else ""
    return render_page(request, "join", {"user": known})


@page
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what others wrote or decided about tiles that the user had a hand in."""
    return render_page(request, "inbox", {})


@page
def tokens(request: HttpRequest) -> HttpResponse:
    """Show the tokens of the user's programs."""
    most = settings.TOKEN_MOST_DAYS
    return render_page(request, "tokens", {"days": min(settings.TOKEN_DAYS, most), "most_days": most})
