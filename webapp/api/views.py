"""/api/projects/{id}/views/: the ways to look at imagery that people saved, and those that sensors offer."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project, get_view
from annotation.looks import add_view, change_view, sensors_of
from annotation.models import View
from annotation.models.projects import PLAIN_NAME, Role
from mlcore.looks import RAMPS, presets_of, read_recipe
from mlcore.looks.presets import fits
from mlcore.sensors import Sensor
from webapp.api.person import person


class ViewForm(serializers.Serializer[Any]):
    """What makes a view."""

    name = serializers.CharField(max_length=80, validators=[PLAIN_NAME])
    sensor = serializers.CharField(max_length=250, required=False, allow_blank=True)
    recipe = serializers.JSONField(help_text="docs/looking.md says what it may hold")


class ViewAnswer(serializers.Serializer[Any]):
    """A saved view."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    sensor = serializers.CharField(help_text="code of the one that it is for; empty: any that has its bands")
    sensors = serializers.ListField(child=serializers.CharField(), help_text="codes of those that have its bands")
    recipe = serializers.JSONField()
    mine = serializers.BooleanField(help_text="whether you saved it")


class PresetAnswer(serializers.Serializer[Any]):
    """A way to look that a sensor offers."""

    name = serializers.CharField()
    title = serializers.CharField()
    sensor = serializers.CharField()
    recipe = serializers.JSONField()


class RampAnswer(serializers.Serializer[Any]):
    """Colours for one number, from the lowest to the highest."""

    name = serializers.CharField()
    title = serializers.CharField()
    colours = serializers.ListField(child=serializers.CharField())
    of_classes = serializers.BooleanField(help_text="one colour for each whole number")


class ViewListAnswer(serializers.Serializer[Any]):
    """What there is to look by."""

    results = ViewAnswer(many=True)
    presets = PresetAnswer(many=True)
    ramps = RampAnswer(many=True)


def _told(view: View, sensors: dict[str, Sensor], request: Request) -> dict[str, Any]:
    recipe = read_recipe(view.recipe)
    fitting = [code for code, sensor in sensors.items() if view.sensor in ("", code) and fits(recipe, sensor)]
    said = {"id": view.pk, "name": view.name, "sensor": view.sensor, "sensors": fitting, "recipe": view.recipe}
    return {**said, "mine": view.created_by_id == request.user.pk}


def _presets(sensors: dict[str, Sensor]) -> list[dict[str, Any]]:
    return [
        {"name": preset.name, "title": preset.title, "sensor": code, "recipe": preset.recipe.to_dict()}
        for code, sensor in sensors.items()
        for preset in presets_of(sensor)
    ]


def _ramps() -> list[dict[str, Any]]:
    return [
        {"name": name, "title": ramp.title, "colours": ramp.stops(), "of_classes": ramp.of_classes}
        for name, ramp in RAMPS.items()
    ]


class ViewList(APIView):
    """The views of a project."""

    @extend_schema(operation_id="api_projects_views_list", responses=ViewListAnswer)
    def get(self, request: Request, project_id: int) -> Response:
        """List the saved views, what each sensor of the project offers, and the ramps of colours."""
        project = get_project(request.user, project_id)
        sensors = sensors_of(project)
        views = [_told(view, sensors, request) for view in project.views.all()]
        return Response({"results": views, "presets": _presets(sensors), "ramps": _ramps()})

    @extend_schema(request=ViewForm, responses={201: ViewAnswer})
    def post(self, request: Request, project_id: int) -> Response:
        """Save a view for all members."""
        project = get_project(request.user, project_id, Role.ANNOTATOR)
        form = ViewForm(data=request.data)
        form.is_valid(raise_exception=True)
        view = add_view(project, person(request), **form.validated_data)
        return Response(_told(view, sensors_of(project), request), status=201)


class ViewDetail(APIView):
    """One view."""

    @extend_schema(responses=ViewAnswer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show the view."""
        return self.answer(request, get_view(request.user, project_id, pk))

    @extend_schema(request=ViewForm, responses=ViewAnswer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Change a view of one's own, or as an owner anybody's."""
        view = get_view(request.user, project_id, pk, Role.ANNOTATOR)
        form = ViewForm(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return self.answer(request, change_view(view, **form.validated_data))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Delete a view of one's own, or as an owner anybody's."""
        get_view(request.user, project_id, pk, Role.ANNOTATOR).delete()
        return Response(status=204)

    def answer(self, request: Request, view: View) -> Response:
        """Describe the view."""
        return Response(_told(view, sensors_of(view.project), request))
