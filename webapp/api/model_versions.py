"""/api/projects/{id}/model-versions/: the models that were worth keeping."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import get_project
from annotation.models import Job, ModelVersion
from annotation.models.jobs import JobKind
from annotation.models.projects import Role
from webapp.api.jobs import JobSerializer
from webapp.api.pagination import Listing
from webapp.tasks import dispatch_on_commit


class ModelVersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """What was fitted on what, and how good it is."""

    class Meta:
        """Without the files: those are places on the server."""

        model = ModelVersion
        fields = ["number", "state", "encoder_name", "encoder", "labels", "metrics", "created_at"]
        read_only_fields = fields


class ModelVersionList(Listing):
    """The model versions of a project."""

    serializer_class = ModelVersionSerializer
    queryset = ModelVersion.objects.none()
    filterset_fields = ["state"]

    @extend_schema(responses=ModelVersionSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        """List the model versions, newest first."""
        project = get_project(request.user, project_id)
        return self.page(project.model_versions.all())

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Publish the present model: every unlabelled sample gets its suggestion."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        job = Job.request(project, JobKind.PUBLISH, user_id=request.user.pk)
        dispatch_on_commit()
        return Response(JobSerializer(job).data, status=202)
