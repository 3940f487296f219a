"""/api/projects/{id}/review-batches/: who decided on how many suggestions and when, and the way back."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import review
from annotation.access import get_project
from annotation.models.projects import Role
from webapp.api.person import person
from webapp.api.suggestions import Skipped
from webapp.tasks import dispatch_on_commit


class UndoAnswer(serializers.Serializer[Any]):
    """How many decisions were taken back, which suggestions are open again, and which decisions stay, and why."""

    undone = serializers.IntegerField()
    opened = serializers.ListField(child=serializers.IntegerField())
    left = Skipped(many=True)


class ReviewBatchList(APIView):
    """Decisions, batch by batch."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """List the newest batches of decisions on suggestions: who, when, how many, and whether you may undo each."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        return Response({"results": review.batches(project, person(request), Role(project.held))})


class ReviewBatchUndo(APIView):
    """The way back."""

    @extend_schema(request=None, responses={200: UndoAnswer, 409: OpenApiTypes.OBJECT})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Take a batch back, one's own or as an owner anybody's; what somebody changed since stays, with the reason.

        409 if it was taken back already, or if all of it was changed since.
        """
        project = get_project(request.user, project_id, Role.REVIEWER)
        done = review.undo(project, person(request), pk, Role(project.held))
        dispatch_on_commit(project.pk)
        left = [{"id": said, "reason": reason} for said, reason in done.left]
        return Response({"undone": done.undone, "opened": done.opened, "left": left})
