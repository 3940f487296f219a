"""/api/projects/{id}/vector/: labels, suggestions and samples as vector tiles (MVT), described by TileJSON."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.errors import NotFound
from annotation.models import Project
from annotation.tasks import task_of
from webapp.api.feature_rows import COLLECTIONS, SAID_BY_CLASS, extent_of
from webapp.api.rendering import IgnoreAccept
from webapp.api.vector_encoding import FINEST, write_tile, zooms_of

MVT = "application/vnd.mapbox-vector-tile"
_CELL = {
    "sample": "Number", "index": "Number", "grid": "Number", "column": "Number", "row": "Number", "tile": "String",
    "state": "String",
}  # fmt: skip
_SAID = {
    "class": "String", "code": "Number", "colour": "String", "text": "String", "datetime": "String",
    "model_version": "Number",
}  # fmt: skip
FIELDS = {
    "labels": {**_CELL, **_SAID, "provenance": "String", "audit": "Boolean"},
    "suggestions": {**_CELL, **_SAID, "confidence": "Number"},
    "samples": {**_CELL, "audit": "Boolean"},
}
_TYPES = {str: "String", int: "Number", float: "Number", bool: "Boolean"}


class VectorLayer(serializers.Serializer[Any]):
    """What the one layer of each tile holds."""

    id = serializers.CharField()
    description = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]  # the standard's word
    minzoom = serializers.IntegerField()
    maxzoom = serializers.IntegerField()


class TileJson(serializers.Serializer[Any]):
    """TileJSON 3.0."""

    tilejson = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    scheme = serializers.CharField()
    tiles = serializers.ListField(child=serializers.CharField())
    vector_layers = VectorLayer(many=True)
    bounds = serializers.ListField(child=serializers.FloatField(), required=False)
    minzoom = serializers.IntegerField()
    maxzoom = serializers.IntegerField()


class VectorTileset(APIView):
    """A collection as vector tiles."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(responses=TileJson)
    def get(self, request: Request, project_id: int, collection: str) -> Response:
        """Describe the tiles of labels, suggestions or samples (TileJSON 3.0)."""
        project = get_project(request.user, project_id)
        name, (first, last) = known(collection), zooms_of(project)
        title, text = COLLECTIONS[name]
        bounds = extent_of(project)
        zooms = {"minzoom": first, "maxzoom": last}
        layer = {"id": name, "description": text, "fields": fields_of(project, name), **zooms}
        return Response({
            "tilejson": "3.0.0", "name": f"{project.name}: {title}", "description": text, "scheme": "xyz",
            "tiles": [request.build_absolute_uri("/")[:-1] + template_of(project, name)],
            "vector_layers": [layer], **({"bounds": bounds} if bounds else {}), **zooms,
        })  # fmt: skip


class VectorTile(APIView):
    """A square of the web map."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(responses={(200, MVT): OpenApiTypes.BINARY})
    def get(self, request: Request, project_id: int, collection: str, z: int, x: int, y: int) -> HttpResponse:
        """Return the features of one tile; of too many, an even choice, and a header says so."""
        project, name = get_project(request.user, project_id), known(collection)
        if z > FINEST or x >= 2**z or y >= 2**z:
            raise NotFound(f"There is no tile {z}/{x}/{y}: z is 0 to {FINEST}, x and y are below 2 to the power of z.")
        content, thinned = write_tile(project, name, z, x, y)
        headers = {"Cache-Control": "private, no-cache", **({"X-Features": "thinned"} if thinned else {})}
        if not content:
            headers["ETag"] = '"empty"'  # Django names no content that there is not
        return HttpResponse(content, content_type=MVT, headers=headers)


def template_of(project: Project, collection: str) -> str:
    """Return the path of a collection's tiles, with {z}, {x} and {y} in it."""
    path = reverse("api:vector-tile", args=[project.pk, collection, 1111, 2222, 3333])
    return path.replace("1111/2222/3333", "{z}/{x}/{y}")


def fields_of(project: Project, collection: str) -> dict[str, str]:
    """Return the properties of a collection's features, with their types; lists have no place in a tile."""
    if collection == "samples":
        return FIELDS[collection]
    more = task_of(project).columns
    kinds = {name: _TYPES[kind] for name, kind in more.items() if name not in SAID_BY_CLASS and kind in _TYPES}
    return FIELDS[collection] | kinds


def known(collection: str) -> str:
    """Return the name of a collection that there is."""
    if collection not in COLLECTIONS:
        raise NotFound(f"There are {', '.join(COLLECTIONS)}, and no other tiles.")
    return collection
