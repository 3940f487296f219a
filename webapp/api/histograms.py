"""/api/projects/{id}/samples/{id}/histogram/: how the numbers that are shown spread."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import find_scene, get_sample
from annotation.looks import Place, histogram_of
from webapp.recipes import QUERY, number, recipe_in


class ChannelAnswer(serializers.Serializer[Any]):
    """One channel: counts between two numbers, and what becomes black and white."""

    title = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    low = serializers.FloatField()
    high = serializers.FloatField()
    counts = serializers.ListField(child=serializers.IntegerField())
    ends = serializers.ListField(child=serializers.FloatField())


class HistogramAnswer(serializers.Serializer[Any]):
    """One channel, or three."""

    channels = ChannelAnswer(many=True)


class SampleHistogram(APIView):
    """The histogram of what a sample's picture shows."""

    @extend_schema(
        parameters=[*QUERY, OpenApiParameter("scene", int, description="one of the sample's; the newest by default")],
        responses=HistogramAnswer,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Count the numbers of each channel of a recipe, of the scene or the tile, whichever its stretch speaks of."""
        sample = get_sample(request.user, project_id, pk)
        scene = find_scene(sample, number(request.query_params, "scene", 0, 2**53))
        recipe = recipe_in(request.query_params, sample.project)
        return Response({"channels": histogram_of(scene, recipe, Place(*scene.cell(sample.tile)))})
