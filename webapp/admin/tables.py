"""The tables that the staff looks at, each for the projects in which one reviews."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from annotation.models import Annotation, Job, ModelVersion, Project, Round, Scene
from annotation.models.projects import Role
from webapp.admin.filters import ClassFilter, ProjectFilter, SampleProjectFilter, Table
from webapp.tasks import dispatch_on_commit


def reviewed_by(request: HttpRequest) -> QuerySet[Project]:
    """Return the projects in which the user is at least a reviewer."""
    if getattr(request.user, "is_superuser", False):
        return Project.objects.all()
    roles = [role for role in Role if Role.REVIEWER in role.may]
    return Project.objects.filter(members__user=request.user.pk, members__role__in=roles)


class ReadOnlyAdmin(Table):
    """A table to look at, for the projects in which the reader reviews."""

    project_path = "project"
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what belongs to other projects."""
        return super().get_queryset(request).filter(**{f"{self.project_path}__in": reviewed_by(request)})

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it to the staff."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let the staff look; which rows there are, `get_queryset` says."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Add nothing here: the pages and the API do, by the domain's rules."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep history as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep history."""
        return False


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    """Projects."""

    project_path = "pk"
    list_display = ["name", "task", "created_at"]


@admin.register(Scene)
class SceneAdmin(ReadOnlyAdmin):
    """Scenes."""

    list_display = ["name", "project", "acquired", "created_at"]
    list_filter = [ProjectFilter]
    list_select_related = ["project"]
    exclude = ["asset", "grid"]


@admin.register(Annotation)
class AnnotationAdmin(ReadOnlyAdmin):
    """What people said."""

    project_path = "sample__project"
    list_display = ["sample", "author", "verdict", "label", "provenance", "current", "created_at"]
    list_filter = [SampleProjectFilter, ClassFilter, "provenance", "verdict", "current"]
    list_select_related = ["sample", "author", "label"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what would colour an audit that waits for an answer."""
        return super().get_queryset(request).filter(pk__in=Annotation.objects.readable_by(request.user))


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    """Rankings."""

    list_display = ["number", "project", "strategy", "labels", "accuracy", "created_at"]
    list_filter = [ProjectFilter]
    list_select_related = ["project"]


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """Published models."""

    list_display = ["number", "project", "state", "labels", "created_at"]
    list_filter = [ProjectFilter, "state"]
    list_select_related = ["project"]
    exclude = ["head"]  # a place on the server


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Background work."""

    list_display = ["kind", "project", "state", "message", "error", "created_at"]
    list_filter = [ProjectFilter, "kind", "state"]
    list_select_related = ["project"]
    exclude = ["params"]
    actions = ["restart"]

    @admin.action(description="Start again")
    def restart(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Queue failed jobs again."""
        count = sum(job.restart() for job in queryset)
        dispatch_on_commit()
        self.message_user(request, f"{count} started again; only failed jobs can be, when no equal one waits.")
