"""/api/projects/{id}/training/ and encoder/: ask for a better encoder, and go over to it."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.improving.requests import METHODS, MINUTES, overview, request_encoder, request_training
from annotation.models.jobs import TRAINING
from annotation.models.projects import Role
from webapp.api.jobs import JobSerializer
from webapp.api.person import person
from webapp.tasks import dispatch_on_commit


class TrainingRequest(serializers.Serializer[Any]):
    """What to train, and how."""

    kind = serializers.ChoiceField([(kind.value, kind.label) for kind in TRAINING])
    method = serializers.ChoiceField(METHODS, required=False)  # of fine-tuning
    minutes = serializers.FloatField(min_value=MINUTES[0], max_value=MINUTES[1], required=False)  # of pretraining


class EncoderRequest(serializers.Serializer[Any]):
    """Which encoder to use: a shipped one, one in ENCODERS_DIR (dir:NAME), or the project's own by digest."""

    encoder = serializers.CharField(max_length=120)


class Training(APIView):
    """Where the project's encoder comes from, and what may make it better."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Show encoders, model versions, trainings under way and the newest comparison."""
        return Response(overview(get_project(request.user, project_id)))

    @extend_schema(request=TrainingRequest, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Fine-tune on the labels, pretrain further on the imagery, or compare encoders; one at a time."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = TrainingRequest(data=request.data)
        form.is_valid(raise_exception=True)
        options = dict(form.validated_data)
        job = request_training(project, options.pop("kind"), person(request), **options)
        dispatch_on_commit()
        return Response(JobSerializer(job).data, status=202)


class EncoderChoice(APIView):
    """The encoder of a project."""

    @extend_schema(request=EncoderRequest, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Go over to another encoder: its vectors are built beside the present ones, then swapped."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = EncoderRequest(data=request.data)
        form.is_valid(raise_exception=True)
        job = request_encoder(project, form.validated_data["encoder"], person(request))
        dispatch_on_commit()
        return Response(JobSerializer(job).data, status=202)
