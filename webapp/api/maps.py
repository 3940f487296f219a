"""/api/projects/{id}/maps/: where the map tiles of each scene are, in each of its views."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from webapp.api.pictured import pictured

MOST_SCENES = 500  # the newest


class MapAnswer(serializers.Serializer[Any]):
    """A scene in one view, as tiles of the web map."""

    scene = serializers.IntegerField()
    name = serializers.CharField(help_text="of the scene")
    view = serializers.IntegerField(allow_null=True, help_text="a saved view; null: as usual")
    title = serializers.CharField(help_text="of the view")
    tiles = serializers.CharField(help_text="address with {z}, {x} and {y}")
    maxzoom = serializers.IntegerField(help_text="at which the map's pixels are as fine as the scene's")
    bounds = serializers.ListField(child=serializers.FloatField(), help_text="west, south, east, north in degrees")


class MapList(APIView):
    """The map tiles of a project."""

    @extend_schema(operation_id="list_maps", responses=MapAnswer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        """List the 500 newest scenes that lie somewhere, each in the views that its sensor has the bands for."""
        project, site = get_project(request.user, project_id), request.build_absolute_uri("/")[:-1]
        return Response([
            {
                "scene": item.scene.pk, "name": item.scene.name, "view": look.view, "title": look.title,
                "tiles": site + item.template(look), "maxzoom": item.zoom, "bounds": item.box,
            }
            for item in pictured(project, most=MOST_SCENES)
            for look in item.looks
        ])  # fmt: skip
