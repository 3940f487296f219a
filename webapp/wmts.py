"""/api/projects/{id}/wmts: the scenes of a project, each in its saved views, as an OGC WMTS 1.0.0 (KVP and REST)."""

import re
from http import HTTPStatus

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import get_project, get_scene
from annotation.errors import NotFound
from annotation.looks import view_in
from annotation.models import Project
from mlcore.looks import Recipe
from webapp.api.pictured import USUAL, pictured
from webapp.api.wmts_document import PNG, write_capabilities, write_report
from webapp.tiles import Picture, map_tile

MOST_SCENES = 500  # the newest
_XML = "application/xml"
_TILE = ("layer", "style", "tilematrix", "tilerow", "tilecol")
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


class Wmts(Picture):
    """A view whose errors are reports in XML, as readers of WMTS expect them."""

    def handle_exception(self, exc: Exception) -> Response:
        """Return an error as a report."""
        told = super().handle_exception(exc)
        error = (told.data or {}).get("error", {})
        code = "NoApplicableCode" if told.status_code != HTTPStatus.BAD_REQUEST else "InvalidParameterValue"
        report = HttpResponse(
            write_report(code, str(error.get("message", ""))), content_type=_XML, status=told.status_code
        )
        for name, value in told.items():
            if name.lower() != "content-type":
                report[name] = value
        return report  # type: ignore[return-value]  # Django's own answer, which the view takes as well

    def capabilities(self, request: Request, project: Project) -> HttpResponse:
        """Answer with the document."""
        service = request.build_absolute_uri(reverse("wmts", args=[project.pk]))
        layers = pictured(project, most=MOST_SCENES)
        count = project.scenes.count()
        about = f"Scenes of {project.name} in their saved views"
        about += f": the {len(layers)} newest of {count}." if count > len(layers) else "."
        return HttpResponse(write_capabilities(project.name, about, layers, service), content_type=_XML)

    def tile(self, request: Request, project_id: int, *, layer: str, style: str, square: list[str]) -> HttpResponse:
        """Answer with a map tile."""
        kind, _, number = layer.partition("-")
        if kind != "scene" or not _NUMBER.fullmatch(number):
            raise ValidationError(f"LAYER is one of the capabilities, such as scene-1, not {layer[:40]!r}.")
        if not all(_NUMBER.fullmatch(each) for each in square):
            raise ValidationError("TILEMATRIX, TILEROW and TILECOL are whole numbers.")
        scene = get_scene(request.user, project_id, int(number))
        z, row, column = map(int, square)
        return map_tile(request, scene, recipe_of(scene.project, style), (z, column, row), fresh=0)


class WmtsService(Wmts):
    """The service by key and value."""

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in ("service", "request", *_TILE, "tilematrixset", "format")],
        responses={(200, _XML): OpenApiTypes.STR, (200, PNG): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Answer GetCapabilities and GetTile."""
        project = get_project(request.user, project_id)
        query = {name.lower(): str(text) for name, text in request.query_params.items()}
        if query.get("service", "WMTS").upper() != "WMTS":
            raise ValidationError(f"This is a WMTS, not a {query['service'][:40]}.")
        asked = query.get("request", "GetCapabilities").lower()
        if asked == "getcapabilities":
            return self.capabilities(request, project)
        if asked != "gettile":
            raise ValidationError(f"REQUEST is GetCapabilities or GetTile, not {asked[:40]!r}.")
        if missing := [name.upper() for name in _TILE[:1] + _TILE[2:] if not query.get(name)]:
            raise ValidationError(f"GetTile needs {', '.join(missing)}.")
        if query.get("format", PNG) != PNG:
            raise ValidationError(f"FORMAT is {PNG}.")
        square = [query[name] for name in _TILE[2:]]
        return self.tile(request, project_id, layer=query["layer"], style=query.get("style", ""), square=square)


class WmtsCapabilities(Wmts):
    """The document under an address of its own."""

    @extend_schema(responses={(200, _XML): OpenApiTypes.STR})
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List every scene with its views."""
        return self.capabilities(request, get_project(request.user, project_id))


class WmtsTile(Wmts):
    """A tile under an address of its own."""

    @extend_schema(responses={(200, PNG): OpenApiTypes.BINARY})
    def get(self, request: Request, project_id: int, **place: str) -> HttpResponse:
        """Draw a scene in a view."""
        square = [str(place[name]) for name in ("z", "y", "x")]
        return self.tile(request, project_id, layer=place["layer"], style=place["style"], square=square)


def recipe_of(project: Project, style: str) -> Recipe:
    """Return what a style of the capabilities draws; without one, as usual."""
    kind, _, number = style.partition("-")
    if style in ("", "default", USUAL):
        return Recipe()
    if kind != "view" or not _NUMBER.fullmatch(number):
        raise NotFound(f"There is no style {style[:40]!r}: they are {USUAL} and those of the capabilities.")
    return view_in(project, int(number))
