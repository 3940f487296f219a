"""/api/projects/{id}/label-studio/: a project's model as an ML backend of Label Studio.

It answers by stored suggestions alone; what Label Studio sends of itself (its key, its passwords) is not looked at.
"""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.errors import BadSettings
from annotation.studio import Teller, find_samples, read_controls, version_name
from webapp.api.rendering import IgnoreAccept

MOST_TASKS = 1000  # in one request
_LEARNS = "This model learns from labels in Terrascribe: export yours, and drop the file on the page Imports."


class StudioSetup(serializers.Serializer[Any]):
    """What Label Studio sends when it connects; more is let be."""

    schema = serializers.CharField(max_length=1_000_000, help_text="the labelling configuration")


class StudioTasks(serializers.Serializer[Any]):
    """What Label Studio sends when it wants predictions; more is let be."""

    tasks = serializers.ListField(child=serializers.DictField(), max_length=MOST_TASKS)
    label_config = serializers.CharField(max_length=1_000_000)


class StudioVersion(serializers.Serializer[Any]):
    """Which version answers."""

    model_version = serializers.CharField()
    unknown_classes = serializers.ListField(
        child=serializers.CharField(), help_text="that the configuration has no option for: left out of predictions"
    )


class StudioPrediction(serializers.Serializer[Any]):
    """What is suggested for one task."""

    model_version = serializers.CharField()
    result = serializers.ListField(child=serializers.DictField())
    score = serializers.FloatField()
    reason = serializers.CharField(required=False, help_text="why there is no result")


class StudioPredictions(serializers.Serializer[Any]):
    """A prediction a task, in their order."""

    results = StudioPrediction(many=True)


class StudioHealth(APIView):
    """Whether it is there."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Say that it is up, and of which project."""
        project = get_project(request.user, project_id)
        return Response({"status": "UP", "model_class": "Terrascribe", "project": project.name})


class StudioVersions(APIView):
    """Which versions there are."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Name the one whose suggestions are told."""
        return Response({"versions": [version_name(get_project(request.user, project_id))]})


class StudioConnection(APIView):
    """Label Studio connects."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(request=StudioSetup, responses=StudioVersion)
    def post(self, request: Request, project_id: int) -> Response:
        """Look whether the labelling configuration has a place for the project's labels."""
        project = get_project(request.user, project_id)
        form = StudioSetup(data=request.data)
        form.is_valid(raise_exception=True)
        teller = Teller(project, read_controls(form.validated_data["schema"]))
        if teller.lacking:
            raise BadSettings(f"The labelling configuration needs {teller.lacking} for the labels of this project.")
        return Response({"model_version": version_name(project), "unknown_classes": teller.unknown})


class StudioPredict(APIView):
    """Label Studio asks."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(request=StudioTasks, responses=StudioPredictions)
    def post(self, request: Request, project_id: int) -> Response:
        """Return what is suggested for tasks, found by sample, address or file name; no image is fetched."""
        project = get_project(request.user, project_id)
        form = StudioTasks(data=request.data)
        form.is_valid(raise_exception=True)
        controls = read_controls(form.validated_data["label_config"])
        field = next((control.field for control in controls if control.field), "")
        told = [task.get("data") for task in form.validated_data["tasks"]]
        samples = find_samples(project, [data if isinstance(data, dict) else {} for data in told], field)
        return Response({"results": Teller(project, controls).tell(samples)})


class StudioEvent(APIView):
    """Label Studio tells of annotations, or asks to train."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, project_id: int) -> Response:
        """Take nothing, and say how labels come in."""
        get_project(request.user, project_id)
        return Response({"status": "ok", "message": _LEARNS})
