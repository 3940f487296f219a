"""The tables that the staff looks at, each for the projects in which one reviews."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from annotation.models import Annotation, Job, ModelVersion, Project, Round, Scene
from annotation.models.projects import Role
from annotation.stating import accuracy, stated_metrics
from webapp.admin.filters import ClassFilter, ProjectFilter, SampleProjectFilter, Table
from webapp.admin.pictures import Pictured
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
class AnnotationAdmin(Pictured, ReadOnlyAdmin):
    """What people said."""

    project_path = "sample__project"
    mask_query = "annotation"
    list_display = ["thumbnail", "sample", "author", "verdict", "says", "provenance", "current", "created_at"]
    readonly_fields = ["picture", "says", "created_at"]
    exclude = ["mask", "value"]
    list_filter = [SampleProjectFilter, ClassFilter, "provenance", "verdict", "current"]
    list_select_related = ["sample__project", "author", "label"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what would colour an audit that waits for an answer."""
        return super().get_queryset(request).filter(pk__in=Annotation.objects.readable_by(request.user))


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    """Rankings."""

    list_display = ["number", "project", "strategy", "labels", "right", "created_at"]
    list_filter = [ProjectFilter]
    list_select_related = ["project"]
    exclude = ["accuracy", "accuracy_low", "accuracy_high", "report", "inputs"]
    readonly_fields = ["right", "created_at"]

    @admin.display(description="Right on, by audits")
    def right(self, row: Round) -> str:
        """Show the accuracy with its interval, where there are enough audits to tell."""
        told = accuracy(row)
        if told is None:
            return "not measured"
        if told["missing"]:
            return f"too few audits to tell, {told['missing']} more"
        return f"{told['value']:.0%} ({told['low']:.0%} to {told['high']:.0%})"


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """Published models."""

    list_display = ["number", "project", "state", "labels", "created_at"]
    list_filter = [ProjectFilter, "state"]
    list_select_related = ["project"]
    exclude = ["head", "metrics"]  # a place on the server; figures, some of which are of too few audits
    readonly_fields = ["measured", "created_at"]

    @admin.display(description="Measured")
    def measured(self, row: ModelVersion) -> str:
        """Show what may be told of its metrics."""
        return json.dumps(stated_metrics(row.metrics), indent=2)


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
