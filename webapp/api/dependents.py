"""/api/projects/{id}/scenes/{id}/dependents/: what would go with a scene, before anybody deletes it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import ingest
from annotation.access import get_scene


class DependentsSerializer(serializers.Serializer[Any]):
    """How much goes with a scene, how much changes, and whether labels keep it from going."""

    labels = serializers.IntegerField()
    tiles = serializers.IntegerField()
    tiles_changed = serializers.IntegerField()
    samples = serializers.IntegerField()
    suggestions = serializers.IntegerField()
    ranks = serializers.IntegerField()
    audits = serializers.IntegerField()
    epochs = serializers.ListField(child=serializers.CharField())
    epochs_going = serializers.ListField(child=serializers.CharField())
    exports = serializers.IntegerField()
    removable = serializers.BooleanField()


class SceneDependents(APIView):
    """What depends on one scene."""

    @extend_schema(responses=DependentsSerializer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Count it; nothing is changed."""
        return Response(ingest.dependents_of(get_scene(request.user, project_id, pk)).to_dict())
