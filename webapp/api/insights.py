"""/api/projects/{id}/insights/ and quality/: what audits say of the model, and which labels deserve a second look."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.insights import insight, request_insight
from annotation.models import Review
from annotation.models.projects import Role
from annotation.quality import RELABEL, VERDICTS, Decision, look_again, quality, take_back
from webapp.api.annotations import MOST_SECONDS
from webapp.api.jobs import JobSerializer
from webapp.api.parsing import Id
from webapp.api.person import person
from webapp.tasks import dispatch_on_commit

LONGEST_SIDE = 4096  # cells of an area


class Insights(APIView):
    """What the newest fit is worth, by the audits, and what the tiles look like to it."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Show confusion, scores by class, reliability, coverage, doubt and advice, as a worker last found them.

        `found` is null before the first time; `stale` says that a newer round landed since. Audits that wait for
        their label are in none of it.
        """
        return Response(insight(get_project(request.user, project_id)))

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Work it out anew; otherwise that happens after each refit."""
        project = get_project(request.user, project_id, Role.ANNOTATOR)
        job = request_insight(project, request.user.pk)
        dispatch_on_commit(project.pk)
        return Response(JobSerializer(job).data, status=202)


class SecondLook(serializers.Serializer[Any]):
    """What a reviewer decides about one label."""

    annotation = Id(help_text="the annotation that counts")
    verdict = serializers.ChoiceField(VERDICTS)
    value = serializers.DictField(required=False, allow_null=True, default=None, help_text="to relabel")
    label = Id(required=False, allow_null=True, default=None, help_text="class code, where that says it all")  # type: ignore[assignment]
    area = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_SIDE),
        required=False,
        max_length=LONGEST_SIDE,
        default=list,
        help_text="of a mask, what gets the class: rows of 0 and 1 across the tile",
    )
    seconds = serializers.FloatField(required=False, min_value=0, max_value=MOST_SECONDS, default=0.0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the class that a new label needs."""
        if attrs["verdict"] == RELABEL and attrs["label"] is None and attrs["value"] is None:
            raise serializers.ValidationError({"label": "Say which class is right."})
        return attrs


class SecondLookAnswer(serializers.ModelSerializer[Review]):
    """A decision as it was stored."""

    class Meta:
        """`result` is the new annotation, null for a label that was kept."""

        model = Review
        fields = ["id", "annotation", "verdict", "result"]
        read_only_fields = fields


class Quality(APIView):
    """Labels that deserve a second look, and how far people agree."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """List likely mistakes and disputed labels, with agreement; owners also see how each person labels."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        return Response(quality(project, owner=Role.OWNER in Role(project.held).may))

    @extend_schema(request=SecondLook, responses={201: SecondLookAnswer, 409: OpenApiTypes.OBJECT})
    def post(self, request: Request, project_id: int) -> Response:
        """Keep a label, so that it is not offered again, or relabel its tile; 409 if it does not count any more."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        form = SecondLook(data=request.data)
        form.is_valid(raise_exception=True)
        sent = dict(form.validated_data)
        decided = look_again(project, person(request), sent.pop("annotation"), Decision(**sent))
        dispatch_on_commit(project.pk)
        return Response(SecondLookAnswer(decided).data, status=201)


class QualityDecision(APIView):
    """One's own second look at a label."""

    @extend_schema(responses={204: None, 409: OpenApiTypes.OBJECT})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Take it back: the label is offered again, and a new one is withdrawn; 409 if it does not count any more."""
        project = get_project(request.user, project_id, Role.REVIEWER)
        take_back(project, person(request), pk)
        dispatch_on_commit(project.pk)
        return Response(status=204)
