"""/api/projects/{id}/scenes/{id}/time/: when a scene was acquired, said for it or for all like it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import ingest
from annotation.access import get_scene
from annotation.models.projects import Role
from webapp.api.moments import MomentField
from webapp.tasks import dispatch_on_commit

_SHOWN = 10  # names


class TimeStatement(serializers.Serializer[Any]):
    """One moment, or where names of scenes say it."""

    acquired = MomentField(required=False, allow_null=True)
    pattern = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="such as *_YYYYMMDD_* or A_YYYYDOY?hhmm; * and ? stand for anything",
    )
    alike = serializers.BooleanField(default=False)

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """Refuse both, or neither."""
        if ("acquired" in told) == bool(told.get("pattern")):
            raise serializers.ValidationError("State either a date, or a pattern of names.")
        return told


class TimeKnown(serializers.Serializer[Any]):
    """What is known of it, and how many other scenes are like this one."""

    acquired = MomentField(allow_null=True)
    alike = serializers.IntegerField()


class TimeStated(serializers.Serializer[Any]):
    """How many names said nothing, and the first of them."""

    missed = serializers.IntegerField()
    names = serializers.ListField(child=serializers.CharField())


class SceneTime(APIView):
    """The time of one scene."""

    @extend_schema(responses=TimeKnown)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show it."""
        scene = get_scene(request.user, project_id, pk)
        known = {"acquired": scene.moment, "alike": ingest.count_alike(scene)}
        return Response(TimeKnown(known).data)

    @extend_schema(request=TimeStatement, responses=TimeStated)
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """State it for this scene, or for all like it."""
        scene = get_scene(request.user, project_id, pk, Role.OWNER)
        form = TimeStatement(data=request.data)
        form.is_valid(raise_exception=True)
        missed = ingest.state_time(scene, **form.validated_data)
        dispatch_on_commit()
        return Response({"missed": len(missed), "names": missed[:_SHOWN]})
