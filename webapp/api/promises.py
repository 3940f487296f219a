"""/api/projects/{id}/promise/ and acceptances/: accept suggestions within a bound of errors, and take them back."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.models import Suggestion
from annotation.models.projects import PromiseKind, Role
from annotation.promises.acceptance import Seen, accept
from annotation.promises.preview import peek, preview
from annotation.promises.watching import roll_back
from annotation.trust import acceptances, describe, describe_preview
from webapp.api.parsing import Id
from webapp.api.person import person
from webapp.api.suggestions import TOLD, SuggestionSerializer
from webapp.tasks import dispatch_on_commit


class AcceptanceForm(serializers.Serializer[Any]):
    """What the person saw when they agreed: if it has changed since, nothing is accepted."""

    model_version = Id()
    kind = serializers.ChoiceField(PromiseKind.choices)
    bound = serializers.FloatField(min_value=0, max_value=1)
    threshold = serializers.FloatField(min_value=0, max_value=1)


class RollbackForm(serializers.Serializer[Any]):
    """Why an acceptance is taken back."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


class PromisePreview(APIView):
    """What could be accepted unseen."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Show how many would be accepted, the errors to expect, the limit, classes, audits, and a random peek."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        outlook = preview(project)
        told = describe_preview(outlook, project)
        chosen = (
            peek(outlook.version, outlook.promise.threshold) if outlook.version and outlook.promise.accepted else []
        )
        rows = Suggestion.objects.filter(pk__in=chosen).select_related(*TOLD)
        return Response({**told, "peek": SuggestionSerializer(rows, many=True).data})


class AcceptanceList(APIView):
    """What was accepted by promise."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """List acceptances, newest first, with their checks and why some were rolled back."""
        return Response({"results": acceptances(get_project(request.user, project_id))})

    @extend_schema(request=AcceptanceForm, responses={201: OpenApiTypes.OBJECT, 409: OpenApiTypes.OBJECT})
    def post(self, request: Request, project_id: int) -> Response:
        """Accept what the promise covers; 409 if the version, the promise or its audits changed since you looked."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        form = AcceptanceForm(data=request.data)
        form.is_valid(raise_exception=True)
        sent = dict(form.validated_data)
        acceptance = accept(project, person(request), Seen(version=sent.pop("model_version"), **sent))
        dispatch_on_commit(project.pk)
        return Response(describe(acceptance), status=201)


class AcceptanceRollback(APIView):
    """The way back."""

    @extend_schema(request=RollbackForm, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Take an acceptance's labels back; what people changed meanwhile stays."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = RollbackForm(data=request.data)
        form.is_valid(raise_exception=True)
        acceptance = roll_back(project, pk, person(request), reason=form.validated_data["reason"])
        dispatch_on_commit(project.pk)
        return Response(describe(acceptance))
