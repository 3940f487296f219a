"""/api/projects/{id}/imports/: labels out of files, looked at first, then taken in."""

import json
from typing import Any

import django_filters
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import imports
from annotation.access import get_import, get_project
from annotation.errors import BadSettings
from annotation.models import Import, ImportItem
from annotation.models.projects import Role
from webapp.api.pagination import Listing
from webapp.api.person import person
from webapp.tasks import dispatch_on_commit


class ImportSerializer(serializers.ModelSerializer[Import]):
    """An import: what the file says, what would become of it or did, and how far its job is."""

    requested_by = serializers.CharField(source="requested_by.username", read_only=True)
    job = serializers.PrimaryKeyRelatedField[Any](read_only=True)
    job_state = serializers.CharField(source="job.state", read_only=True, default="done")
    progress = serializers.FloatField(source="job.progress", read_only=True, default=1)
    message = serializers.CharField(source="job.message", read_only=True, default="")
    error = serializers.CharField(source="job.error", read_only=True, default="")
    mapping = serializers.DictField(read_only=True)
    options = serializers.DictField(read_only=True)
    report = serializers.DictField(read_only=True)

    class Meta:
        """Without the file's place on the server."""

        model = Import
        fields = [
            "id", "name", "sha256", "size", "state", "trust", "options", "mapping", "report", "requested_by", "job",
            "job_state", "progress", "message", "error", "created_at", "taken_at", "undone_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewImport(serializers.Serializer[Any]):
    """A file of labels, and how it is to be read."""

    file = serializers.FileField(allow_empty_file=True)
    trust = serializers.CharField(default=Import.Trust.TRUSTED, help_text=f"One of: {', '.join(Import.Trust.values)}.")
    options = serializers.CharField(
        default="{}",
        help_text="JSON: format, column, crs, swapped, cover (majority or full), replace, epoch, later_epoch.",
    )


class ImportChange(serializers.Serializer[Any]):
    """What can be changed before it is taken in."""

    mapping = serializers.DictField(
        required=False,
        child=serializers.IntegerField(allow_null=True),
        help_text="Key of theirs: our code; null: out.",
    )
    trust = serializers.CharField(required=False)
    options = serializers.DictField(required=False)


class ItemSerializer(serializers.ModelSerializer[ImportItem]):
    """What becomes of an item of the file."""

    value = serializers.DictField(read_only=True)
    source: Any = serializers.DictField(read_only=True)

    class Meta:
        """Samples and annotations by their ids."""

        model = ImportItem
        fields = [
            "id",
            "at",
            "fate",
            "message",
            "sample",
            "verdict",
            "value",
            "comment",
            "share",
            "source",
            "annotation",
        ]
        read_only_fields = fields


class ImportList(Listing):
    """The imports into a project."""

    serializer_class = ImportSerializer
    queryset = Import.objects.none()
    filterset_fields = ["state"]
    parser_classes = [MultiPartParser, FormParser]

    @extend_schema(responses=ImportSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the imports, newest first."""
        project = get_project(request.user, project_id, Role.OWNER)
        return self.page(project.imports.select_related("job", "requested_by"))

    @extend_schema(request={"multipart/form-data": NewImport}, responses={202: ImportSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Send a file of labels; it is looked at in the background, and nothing changes yet."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = NewImport(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        options = _options(sent["options"])
        row = imports.request(project, person(request), sent["file"], trust=sent["trust"], options=options)
        dispatch_on_commit()
        return Response(ImportSerializer(row).data, status=202)


def _options(text: str) -> dict[str, Any]:
    try:
        options = json.loads(text)
    except (ValueError, RecursionError):
        options = None
    if not isinstance(options, dict):
        raise BadSettings('Send options as a JSON object, such as {"crs": "EPSG:32632"}.')
    return options


class ImportDetail(APIView):
    """One import."""

    @extend_schema(responses=ImportSerializer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show what would become of the file, or what did."""
        return Response(ImportSerializer(get_import(request.user, project_id, pk)).data)

    @extend_schema(request=ImportChange, responses={202: ImportSerializer})
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Change the mapping of classes, the trust or the options; the file is looked at again."""
        row = get_import(request.user, project_id, pk)
        form = ImportChange(data=request.data)
        form.is_valid(raise_exception=True)
        row = imports.change(row, person(request), **form.validated_data)
        dispatch_on_commit()
        return Response(ImportSerializer(row).data, status=202)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Drop an import that has made no label."""
        imports.remove(get_import(request.user, project_id, pk))
        return Response(status=204)


class ImportTake(APIView):
    """Taking in."""

    @extend_schema(request=None, responses={202: ImportSerializer})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Take in what was looked at; what changed since is left out and listed."""
        row = imports.confirm(get_import(request.user, project_id, pk), person(request))
        dispatch_on_commit()
        return Response(ImportSerializer(row).data, status=202)


class ImportUndo(APIView):
    """Taking back."""

    @extend_schema(request=None, responses={202: ImportSerializer})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Take the labels of an import back, but for those that somebody has changed since."""
        row = imports.ask_undo(get_import(request.user, project_id, pk), person(request))
        dispatch_on_commit()
        return Response(ImportSerializer(row).data, status=202)


class ItemFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What the list can be narrowed to."""

    fate = django_filters.MultipleChoiceFilter(choices=ImportItem.Fate.choices)

    class Meta:
        """The filter is declared above."""

        model = ImportItem
        fields: list[str] = []


class ImportItemList(Listing):
    """The items of an import."""

    serializer_class = ItemSerializer
    queryset = ImportItem.objects.none()
    filterset_class = ItemFilter

    @extend_schema(responses=ItemSerializer(many=True))
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponseBase:
        """List what becomes, or became, of each item."""
        return self.page(get_import(request.user, project_id, pk).items.all())
