"""/api/projects/{id}/model-versions/: the models that were worth keeping."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.improving.requests import discard, promote
from annotation.models import Job, ModelVersion
from annotation.models.jobs import JobKind
from annotation.models.projects import Role
from annotation.stating import stated_metrics
from webapp.api.jobs import JobSerializer
from webapp.api.pagination import Listing
from webapp.api.person import person
from webapp.tasks import dispatch_on_commit


class ModelVersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """What was fitted on what, and how good it is, as far as there are enough audits to tell."""

    metrics = serializers.SerializerMethodField()

    class Meta:
        """Without the files: those are places on the server."""

        model = ModelVersion
        fields = ["number", "state", "origin", "reason", "encoder_name", "encoder", "labels", "metrics", "created_at"]
        read_only_fields = fields

    def get_metrics(self, version: ModelVersion) -> dict[str, Any]:
        """Return what may be told of them."""
        return stated_metrics(version.metrics)


class ModelVersionList(Listing):
    """The model versions of a project."""

    serializer_class = ModelVersionSerializer
    queryset = ModelVersion.objects.none()
    filterset_fields = ["state"]

    @extend_schema(responses=ModelVersionSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the model versions, newest first."""
        project = get_project(request.user, project_id)
        return self.page(project.model_versions.of_models())

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Publish the present model: every unlabelled sample gets its suggestion."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        job = Job.request(project, JobKind.PUBLISH, user_id=request.user.pk)
        dispatch_on_commit()
        return Response(JobSerializer(job).data, status=202)


class ModelVersionPromote(APIView):
    """A candidate's way into use."""

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int, number: int) -> Response:
        """Let a candidate take over: its vectors are built beside the present ones, then swapped."""
        project = get_project(request.user, project_id, Role.OWNER)
        job = promote(project, number, person(request))
        dispatch_on_commit()
        return Response(JobSerializer(job).data, status=202)


class ModelVersionDiscard(APIView):
    """A candidate's way out."""

    @extend_schema(request=None, responses=ModelVersionSerializer)
    def post(self, request: Request, project_id: int, number: int) -> Response:
        """Put a candidate aside and delete its files; what was measured of it stays."""
        project = get_project(request.user, project_id, Role.OWNER)
        return Response(ModelVersionSerializer(discard(project, number)).data)
