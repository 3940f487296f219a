"""/api/projects/{id}/layouts/: the arrangements of linked panes that people saved."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_layout, get_project
from annotation.looks import add_layout, change_layout
from annotation.looks.saved import MOST_PANES
from annotation.models import Layout
from annotation.models.projects import PLAIN_NAME, Role
from webapp.api.parsing import Id
from webapp.api.person import person


class PaneForm(serializers.Serializer[Any]):
    """One pane of a layout; what is left open is the page's to choose."""

    sensor = serializers.CharField(max_length=250, required=False, allow_blank=True, default="")
    epoch = Id(required=False, allow_null=True, default=None)
    view = serializers.JSONField(
        required=False, allow_null=True, default=None, help_text="id of a view, or name of a preset"
    )

    def validate_view(self, value: object) -> object:
        """Take a number, a name, or nothing."""
        if value is None or (isinstance(value, str) and len(value) <= 80):
            return value
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
            raise serializers.ValidationError("Give the id of a view, or the name of a preset.")
        return value


class LayoutForm(serializers.Serializer[Any]):
    """What makes a layout."""

    name = serializers.CharField(max_length=80, validators=[PLAIN_NAME])
    panes = PaneForm(many=True, allow_empty=False, max_length=MOST_PANES)  # type: ignore[call-arg]  # of the list


class LayoutAnswer(LayoutForm):
    """A saved layout."""

    id = serializers.IntegerField()
    mine = serializers.BooleanField(help_text="whether you saved it")


def _arrangement(layout: Layout, request: Request) -> dict[str, Any]:
    """Describe a layout; what was deleted since is left open."""
    project, panes = layout.project, layout.panes
    there = {
        "epoch": set(project.epochs.filter(pk__in=_numbers(panes, "epoch")).values_list("pk", flat=True)),
        "view": set(project.views.filter(pk__in=_numbers(panes, "view")).values_list("pk", flat=True)),
    }
    shown = [
        pane | {noun: None for noun, known in there.items() if isinstance(pane[noun], int) and pane[noun] not in known}
        for pane in panes
    ]
    return {"id": layout.pk, "name": layout.name, "panes": shown, "mine": layout.created_by_id == request.user.pk}


def _numbers(panes: list[dict[str, Any]], noun: str) -> list[int]:
    return [pane[noun] for pane in panes if isinstance(pane[noun], int)]


class LayoutList(APIView):
    """The layouts of a project."""

    @extend_schema(operation_id="api_projects_layouts_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """List the saved layouts."""
        project = get_project(request.user, project_id)
        rows = project.layouts.select_related("project")
        return Response({"results": [_arrangement(layout, request) for layout in rows]})

    @extend_schema(request=LayoutForm, responses={201: LayoutAnswer})
    def post(self, request: Request, project_id: int) -> Response:
        """Save a layout for all members."""
        project = get_project(request.user, project_id, Role.ANNOTATOR)
        form = LayoutForm(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(_arrangement(add_layout(project, person(request), **form.validated_data), request), status=201)


class LayoutDetail(APIView):
    """One layout."""

    @extend_schema(responses=LayoutAnswer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show the layout."""
        return Response(_arrangement(get_layout(request.user, project_id, pk), request))

    @extend_schema(request=LayoutForm, responses=LayoutAnswer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Change a layout of one's own, or as an owner anybody's."""
        layout = get_layout(request.user, project_id, pk, Role.ANNOTATOR)
        form = LayoutForm(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return Response(_arrangement(change_layout(layout, **form.validated_data), request))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Delete a layout of one's own, or as an owner anybody's."""
        get_layout(request.user, project_id, pk, Role.ANNOTATOR).delete()
        return Response(status=204)
