"""/api/projects/{id}/samples/{id}/without/: what the model would say of a tile without one modality or sensor."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_sample
from annotation.errors import NotReady
from annotation.models.projects import Role
from annotation.omitting import ask
from webapp.tasks import ask_a_worker


class AnswerSerializer(serializers.Serializer[Any]):
    """What the model says."""

    text = serializers.CharField()
    label = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]
    confidence = serializers.FloatField()


class WithoutSerializer(serializers.Serializer[Any]):
    """Both answers; `state` is waiting, ready or failed, and then `message` says why."""

    state = serializers.CharField()
    modality = serializers.CharField(required=False)
    message = serializers.CharField(required=False)
    model_version = serializers.IntegerField(required=False)
    without = AnswerSerializer(required=False, allow_null=True)
    difference = serializers.FloatField(required=False, allow_null=True, help_text="of the two answers, 0 to 1")

    def get_fields(self) -> dict[str, Any]:
        """Add the answer that is called by a word of Python."""
        return {**super().get_fields(), "with": AnswerSerializer(required=False, allow_null=True)}


class SampleWithout(APIView):
    """The published model's answer without a modality or sensor, beside its usual one."""

    @extend_schema(
        parameters=[OpenApiParameter("modality", str, required=True, description="or the code of a sensor")],
        responses={200: WithoutSerializer, 202: WithoutSerializer},
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Answer with 202 while a worker looks, so ask again after half a second; audits that wait are refused."""
        sample = get_sample(request.user, project_id, pk, Role.ANNOTATOR)
        question = ask(sample, request.query_params.get("modality", ""))
        if answer := question.answer():
            return Response(answer)
        if question.begin() and not ask_a_worker(sample.pk, question.asked):
            raise NotReady("No worker can be asked just now; try again in a minute.")
        return Response({"state": "waiting"}, status=202)
