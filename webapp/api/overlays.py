"""/api/projects/{id}/overlays/: lines and points over the imagery, out of GeoJSON files of the project's owners."""

import json
from typing import Any

import shapely
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_overlay, get_project, get_sample
from annotation.errors import UploadTooLarge
from annotation.models import Overlay
from annotation.models.label_classes import HEX_COLOUR
from annotation.models.projects import PLAIN_NAME, Role
from annotation.overlays import add_overlay, overlays_around
from annotation.overlays.reading import LIMIT_MB
from webapp.api.person import person

DECIMALS = 7  # of degrees: about a centimetre


class NewOverlay(serializers.Serializer[Any]):
    """A GeoJSON file, and how it is drawn."""

    name = serializers.CharField(max_length=80, validators=[PLAIN_NAME])
    colour = serializers.CharField(max_length=7, validators=[HEX_COLOUR], default="#ffd24a")
    file = serializers.FileField(allow_empty_file=True, help_text=f"GeoJSON of at most {LIMIT_MB} MB")


class OverlayAnswer(serializers.Serializer[Any]):
    """An overlay without what it draws."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    colour = serializers.CharField()
    vertices = serializers.IntegerField()


class OverlayAround(serializers.Serializer[Any]):
    """What an overlay draws around a tile, in pixels of the lattice from the tile's corner."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    colour = serializers.CharField()
    lines = serializers.ListField(help_text="each a list of [x, y]")
    points = serializers.ListField(help_text="each [x, y]")


class OverlayAroundList(serializers.Serializer[Any]):
    """Those that draw something there."""

    results = OverlayAround(many=True)


class OverlayListAnswer(serializers.Serializer[Any]):
    """The overlays of a project."""

    results = OverlayAnswer(many=True)


class OverlayList(APIView):
    """The overlays of a project."""

    parser_classes = [MultiPartParser, FormParser]

    @extend_schema(operation_id="api_projects_overlays_list", responses=OverlayListAnswer)
    def get(self, request: Request, project_id: int) -> Response:
        """List them."""
        rows = get_project(request.user, project_id).overlays.defer("shape")
        return Response({"results": OverlayAnswer(rows, many=True).data})

    @extend_schema(request={"multipart/form-data": NewOverlay}, responses={201: OverlayAnswer})
    def post(self, request: Request, project_id: int) -> Response:
        """Add one for all members, from a file."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = NewOverlay(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        if sent["file"].size > LIMIT_MB * 2**20:
            raise UploadTooLarge(f"An overlay may have {LIMIT_MB} MB; simplify it, or cut it to the imagery.")
        drawn = {"name": sent["name"], "colour": sent["colour"], "content": sent["file"].read()}
        return Response(OverlayAnswer(add_overlay(project, person(request), **drawn)).data, status=201)


class OverlayDetail(APIView):
    """One overlay."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Give what it draws as a GeoJSON feature: lines (of areas the borders) and points."""
        return Response(_feature(get_overlay(request.user, project_id, pk)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Take it away."""
        get_overlay(request.user, project_id, pk, Role.OWNER).delete()
        return Response(status=204)


class SampleOverlays(APIView):
    """The overlays around one sample."""

    @extend_schema(responses=OverlayAroundList)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Give what is drawn on the tile and beside it."""
        return Response({"results": overlays_around(get_sample(request.user, project_id, pk))})


def _feature(row: Overlay) -> dict[str, Any]:
    shape = shapely.transform(shapely.from_wkb(bytes(row.shape.wkb)), lambda degrees: degrees.round(DECIMALS))
    properties = {"name": row.name, "colour": row.colour, "vertices": row.vertices}
    return {
        "type": "Feature", "id": row.pk, "properties": properties, "geometry": json.loads(shapely.to_geojson(shape)),
    }  # fmt: skip
