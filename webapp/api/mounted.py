"""/api/projects/{id}/mounted/: files that lie on this machine already, to be taken in where they are."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import ingest, mounts
from annotation.access import get_project
from annotation.models.projects import Role
from webapp.api.moments import MomentField
from webapp.api.receipts import UploadResult, upload_answer
from webapp.tasks import dispatch_on_commit

MOST = 500  # files at once
_LONGEST = 4000  # characters of a path


class MountedEntrySerializer(serializers.Serializer[Any]):
    """A file or folder."""

    path = serializers.CharField()
    name = serializers.CharField()
    is_folder = serializers.BooleanField()
    size = serializers.IntegerField()


class MountedRequest(serializers.Serializer[Any]):
    """Files to take in where they lie, with what is known of them."""

    paths = serializers.ListField(
        child=serializers.CharField(max_length=_LONGEST, trim_whitespace=False), allow_empty=False, max_length=MOST
    )
    sensor = serializers.CharField(required=False, allow_blank=True)
    acquired = MomentField(required=False)


class MountedFiles(APIView):
    """The folders that the operator allows."""

    @extend_schema(
        parameters=[OpenApiParameter("folder", str, description="such as archive/2021; the roots without it")],
        responses=MountedEntrySerializer(many=True),
    )
    def get(self, request: Request, project_id: int) -> Response:
        """List a folder."""
        get_project(request.user, project_id, Role.OWNER)
        entries = mounts.listed(request.query_params.get("folder", "")[:_LONGEST])
        return Response(MountedEntrySerializer(entries, many=True).data)

    @extend_schema(request=MountedRequest, responses={202: UploadResult, 200: UploadResult})
    def post(self, request: Request, project_id: int) -> Response:
        """Take files in: each is looked at now, and read where it lies, or copied where its layout reads slowly."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = MountedRequest(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        receipt = ingest.request_mounted(
            project,
            dict.fromkeys(told["paths"]),
            sensor=told.get("sensor") or None,
            acquired=told.get("acquired"),
            user_id=request.user.pk,
        )
        dispatch_on_commit()
        return upload_answer(receipt)
