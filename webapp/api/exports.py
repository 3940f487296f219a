"""/api/projects/{id}/exports/: labelled data sets, made in the background."""

from typing import Any

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import exports, storage
from annotation.access import get_export, get_project
from annotation.errors import NotReady
from annotation.models import Export
from annotation.models.projects import Role
from webapp.api.pagination import Listing
from webapp.api.rendering import IgnoreAccept
from webapp.tasks import dispatch_on_commit


class ExportSerializer(serializers.ModelSerializer[Export]):
    """An export and, once it is ready, where to get it."""

    state = serializers.CharField(source="job.state", read_only=True, default="done")
    progress = serializers.FloatField(source="job.progress", read_only=True, default=1)
    error = serializers.CharField(source="job.error", read_only=True, default="")
    job = serializers.PrimaryKeyRelatedField[Any](read_only=True)
    download_url = serializers.SerializerMethodField()

    class Meta:
        """Its checksum is that of the whole file."""

        model = Export
        fields = [
            "id", "format", "job", "state", "progress", "error", "size", "sha256", "annotations", "download_url",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_download_url(self, export: Export) -> str | None:
        """Return the address of the file, or None before it is ready."""
        return reverse("api:export-download", args=[export.project_id, export.pk]) if export.sha256 else None


class NewExport(serializers.Serializer[Any]):
    """What to export."""

    format = serializers.CharField(help_text=f"One of: {', '.join(exports.FORMATS)}.")
    images = serializers.BooleanField(default=False, help_text="Add a picture of each tile.")


class ExportList(Listing):
    """The exports of a project."""

    serializer_class = ExportSerializer
    queryset = Export.objects.none()
    filterset_fields = ["format"]

    @extend_schema(responses=ExportSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        """List the exports, newest first."""
        project = get_project(request.user, project_id)
        return self.page(project.exports.select_related("job"))

    @extend_schema(request=NewExport, responses={202: ExportSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Ask for an export; it is made in the background."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        form = NewExport(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        export = exports.request(project, wanted["format"], request.user, images=wanted["images"])
        dispatch_on_commit()
        return Response(ExportSerializer(export).data, status=202)


class ExportDetail(APIView):
    """One export."""

    @extend_schema(responses=ExportSerializer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show how far the export is."""
        return Response(ExportSerializer(get_export(request.user, project_id, pk)).data)


class ExportDownload(APIView):
    """The file of an export."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, project_id: int, pk: int) -> FileResponse:
        """Download a finished export."""
        export = get_export(request.user, project_id, pk)
        try:
            file = storage.opened(export.place) if export.sha256 else None
        except FileNotFoundError:
            file = None
        if file is None:
            raise NotReady("This export has no file yet: wait until it is done, or ask for it again.")
        name = f"terrascribe-project{export.project_id}-{export.format}-{export.pk}.zip"
        response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
        response.setdefault("Content-Length", str(export.size))
        response["Cache-Control"] = "private, no-store"
        response["ETag"] = f'"{export.sha256}"'
        return response
