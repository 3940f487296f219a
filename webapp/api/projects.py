"""/api/projects/: what there is to label, and how it goes."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import User, check_may_make_projects, get_project
from annotation.deletions import delete_project
from annotation.models import Project, Sample
from annotation.models.label_classes import LONGEST_DEFINITION, LONGEST_NAME
from annotation.models.projects import Role
from annotation.progress import progress
from annotation.projects import MOST_CLASSES, create_project, save_project
from annotation.trust import trust
from webapp.api.pagination import Listing
from webapp.api.person import person
from webapp.cache import away

FIXED = (
    "This cannot change after the project was made, for its labels were given so: make a new project and add the same "
    "imagery to it."
)


SCOPE_ELSEWHERE = "What labels speak of is chosen at projects/ID/scope/, with the epochs that it needs."


class NewClass(serializers.Serializer[Any]):
    """A class of a project that is being made."""

    name = serializers.CharField(max_length=80)
    colour = serializers.CharField(max_length=7, required=False, default="")
    hotkey = serializers.CharField(max_length=1, required=False, default="", allow_blank=True)
    code = serializers.IntegerField(
        min_value=1, max_value=MOST_CLASSES, required=False, help_text="The next free one, where you leave it out."
    )
    group = serializers.CharField(max_length=LONGEST_NAME, required=False, default="", allow_blank=True)
    definition = serializers.CharField(max_length=LONGEST_DEFINITION, required=False, default="", allow_blank=True)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
class Counts(serializers.Field[Any, Any, Any, Any]):
    """How many samples are in each state."""

    def to_representation(self, project: Project) -> dict[str, int]:
        """Read the counts that `described` put on the row."""
        counts = {state: getattr(project, f"count_{state}") for state in Sample.State.values}
        return {**counts, "total": sum(counts.values())}


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project with the reader's role and its counts."""

    role = serializers.ChoiceField(Role.choices, read_only=True, source="held")
    counts = Counts(source="*", read_only=True)
    promise_bound = serializers.FloatField(required=False, help_text="share of errors; 0.001 to 0.5")
    classes = NewClass(many=True, write_only=True, required=False)

    class Meta:
        """The encoder is the operator's choice: a name given here would be a path on the server."""

        model = Project
        fields = [
            "id", "name", "description", "task", "task_options", "tile_px", "opinions", "audit_share", "double_share",
            "promise_kind", "promise_bound", "refit_every", "strategy", "spacing", "region_share", "rare_share",
            "cloudy_above", "compare_modalities", "encoder", "scope", "role", "counts", "classes", "created_at",
        ]  # fmt: skip
        read_only_fields = ["encoder", "created_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse to change what existing tiles and labels were made for."""
        fixed = {"task", "task_options", "tile_px", "classes"} & attrs.keys() if self.instance else set()
        changed = [name for name in sorted(fixed) if attrs[name] != getattr(self.instance, name)]
        if changed:
            raise serializers.ValidationError(dict.fromkeys(changed, FIXED))
        if self.instance and attrs.get("scope", self.instance.scope) != self.instance.scope:
            raise serializers.ValidationError({"scope": SCOPE_ELSEWHERE})
        return attrs


def described(user: User) -> QuerySet[Project]:
    """Return the projects that the user sees, with role and counts, in one query."""
    counts = {f"count_{state}": Count("samples", filter=Q(samples__state=state)) for state in Sample.State.values}
    return Project.objects.visible_to(user).with_role(user).annotate(**counts).order_by("-id")


class ProjectList(Listing):
    """The projects of the user."""

    serializer_class = ProjectSerializer
    queryset = Project.objects.none()

    @extend_schema(responses=ProjectSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """List the projects that you are a member of."""
        return self.page(described(request.user))

    def post(self, request: Request) -> Response:
        """Make a project; you become its owner."""
        check_may_make_projects(request.user)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = {"classes": [], **form.validated_data}
        project = create_project(person(request), **data)
        return Response(ProjectSerializer(described(request.user).get(pk=project.pk)).data, status=201)


class ProjectDetail(APIView):
    """One project."""

    serializer_class = ProjectSerializer

    def get(self, request: Request, project_id: int) -> Response:
        """Show the project."""
        project = get_project(request.user, project_id)
        return Response(ProjectSerializer(described(request.user).get(pk=project.pk)).data)

    def patch(self, request: Request, project_id: int) -> Response:
        """Change the project's settings."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = ProjectSerializer(project, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        for name, value in form.validated_data.items():
            setattr(project, name, value)
        save_project(project)
        return self.get(request, project_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int) -> Response:
        """Delete the project with its imagery, labels and models."""
        project = get_project(request.user, project_id, Role.OWNER)
        delete_project(project)
        return Response(status=204)


class ProjectProgress(APIView):
    """How the labelling goes."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Show counts, learning curve, accuracy, jobs and people."""
        project = get_project(request.user, project_id)
        return Response({**progress(project), **trust(project), "pauses": away()})
