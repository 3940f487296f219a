"""/api/projects/{id}/exports/: labelled data sets, made in the background."""

from typing import Any

from django.http import FileResponse, HttpResponseBase
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
from annotation.models import Export, Release
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
    release = serializers.IntegerField(source="release.number", read_only=True, default=None)
    download_url = serializers.SerializerMethodField()

    class Meta:
        """Its checksum is that of the whole file."""

        model = Export
        fields = [
            "id", "format", "job", "state", "progress", "error", "size", "sha256", "annotations", "release",
            "download_url", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_download_url(self, export: Export) -> str | None:
        """Return the address of the file, or None before it is ready."""
        return reverse("api:export-download", args=[export.project_id, export.pk]) if export.sha256 else None


class NewExport(serializers.Serializer[Any]):
    """What to export."""

    format = serializers.CharField(help_text=f"One of: {', '.join(exports.FORMATS)}.")
    images = serializers.BooleanField(default=False, help_text="Add a picture of each tile.")
    own_crs = serializers.BooleanField(
        default=False, help_text="Of GeoPackage and GeoParquet: geometry in the CRS of the tiles, not in WGS 84."
    )
    dissolve = serializers.BooleanField(
        default=False, help_text="Of GeoJSON, GeoPackage and GeoParquet: also one polygon a class over tile borders."
    )
    splits = serializers.BooleanField(default=False, help_text="Give labelled samples to train, validation and test.")
    shares = serializers.ListField(
        child=serializers.FloatField(min_value=0), default=[70, 15, 15], help_text="Of train, validation and test."
    )
    licence = serializers.CharField(default="", max_length=100, help_text="Of a release: such as CC-BY-4.0.")
    notes = serializers.CharField(default="", max_length=2000, allow_blank=True, help_text="Of a release: what is new.")
    seed = serializers.IntegerField(default=0, min_value=0, help_text="Of the draw of splits.")
    block = serializers.IntegerField(
        default=0, min_value=0, help_text="Tiles a side of the blocks that go to one split; 0: chosen by the labels."
    )
    pseudonyms = serializers.BooleanField(default=False, help_text="Tell of people by pseudonyms.")


class ExportList(Listing):
    """The exports of a project."""

    serializer_class = ExportSerializer
    queryset = Export.objects.none()
    filterset_fields = ["format"]

    @extend_schema(responses=ExportSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the exports, newest first."""
        project = get_project(request.user, project_id)
        return self.page(project.exports.select_related("job", "release"))

    @extend_schema(request=NewExport, responses={202: ExportSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Ask for an export; it is made in the background."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        form = NewExport(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = dict(form.validated_data)
        if wanted["format"] == "release":
            project = get_project(request.user, project_id, Role.OWNER)
        export = exports.request(project, wanted.pop("format"), request.user, exports.Options.of(wanted))
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


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    """A numbered version of the labels, and where to get it."""

    sha256 = serializers.CharField(source="export.sha256", read_only=True)
    size = serializers.IntegerField(source="export.size", read_only=True)
    annotations = serializers.IntegerField(source="export.annotations", read_only=True)
    download_url = serializers.SerializerMethodField()

    class Meta:
        """Nothing of it ever changes."""

        model = Release
        fields = [
            "number", "licence", "notes", "changes", "content", "sha256", "size", "annotations", "export",
            "download_url", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_download_url(self, release: Release) -> str:
        """Return the address of the file."""
        return reverse("api:export-download", args=[release.project_id, release.export_id])


class ReleaseList(Listing):
    """The releases of a project."""

    serializer_class = ReleaseSerializer
    queryset = Release.objects.none()
    filterset_fields = ["number"]

    @extend_schema(responses=ReleaseSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the releases, newest first; an export of format `release` makes one."""
        project = get_project(request.user, project_id)
        return self.page(project.releases.select_related("export"))
