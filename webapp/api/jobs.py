"""/api/projects/{id}/jobs/: the background work, and how to start it again."""

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_job, get_project
from annotation.errors import NotReady
from annotation.models import Job
from annotation.models.projects import Role
from webapp.api.pagination import Listing
from webapp.tasks import dispatch_on_commit


class JobSerializer(serializers.ModelSerializer[Job]):
    """A piece of work and how far it is."""

    title = serializers.CharField(source="get_kind_display", read_only=True)

    class Meta:
        """Without its parameters: those may name files on the server."""

        model = Job
        fields = [
            "id", "kind", "title", "state", "progress", "message", "error", "result", "created_at", "started_at",
            "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


class JobList(Listing):
    """The jobs of a project."""

    serializer_class = JobSerializer
    queryset = Job.objects.none()
    filterset_fields = ["kind", "state"]

    @extend_schema(responses=JobSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the jobs, newest first."""
        project = get_project(request.user, project_id)
        return self.page(project.jobs.all())


class JobRestart(APIView):
    """A failed job's second chance."""

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Start a failed job again."""
        job = get_job(request.user, project_id, pk, Role.REVIEWER)
        if not job.restart():
            raise NotReady(f"{job}: only a failed job starts again, and only when no equal one waits already.")
        dispatch_on_commit()
        job.refresh_from_db()
        return Response(JobSerializer(job).data, status=202)


class JobCancel(APIView):
    """The end of a job that nobody wants any more."""

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Cancel a training or a change of the encoder; one that runs ends at its next step."""
        job = get_job(request.user, project_id, pk, Role.OWNER)
        if not job.cancel():
            raise NotReady(f"{job}: only trainings and changes of the encoder that wait or run can be cancelled.")
        job.refresh_from_db()
        return Response(JobSerializer(job).data, status=202)
