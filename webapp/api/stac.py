"""/api/projects/{id}/stac/: the scenes of a project as a STAC catalogue and API, for all that speaks STAC."""

from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import publishing, storage
from annotation.access import get_project, get_scene
from annotation.errors import BadSettings, NotReady
from annotation.models import Project
from annotation.models.acquisition import moment_of, parse_moment
from annotation.publishing import COLLECTION, MOST, USUAL, Address, Wanted
from webapp.api.parsing import LARGEST_ID
from webapp.api.rendering import IgnoreAccept

_NAMES = ("bbox", "datetime", "ids", "collections", "limit", "after")  # of what can be asked for
_FILTERS = [OpenApiParameter(name, str) for name in _NAMES]


class Asked(serializers.Serializer[Any]):
    """What of the items is asked for, by GET or by POST."""

    bbox = serializers.ListField(child=serializers.FloatField(min_value=-180, max_value=180), required=False)
    datetime = serializers.CharField(required=False, max_length=100)
    ids = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=1000)
    collections = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=100)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=10_000, default=USUAL)
    after = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST_ID, default=0)

    def validate_bbox(self, bbox: list[float]) -> tuple[float, ...]:
        """Return an area of two dimensions."""
        flat = bbox if len(bbox) == 4 else [*bbox[:2], *bbox[3:5]]
        if len(bbox) not in (4, 6) or not all(-90 <= degrees <= 90 for degrees in flat[1::2]) or flat[1] > flat[3]:
            raise serializers.ValidationError("An area is west, south, east, north in degrees.")
        return tuple(flat)

    def wanted(self) -> Wanted | None:
        """Return it as the domain asks it; None where only other collections are asked for."""
        told = self.validated_data
        if told.get("collections") and COLLECTION not in told["collections"]:
            return None
        starts, ends = _ends(told.get("datetime", ""))
        limit = min(told["limit"], MOST)
        return Wanted(told.get("bbox"), starts, ends, tuple(told.get("ids", ())), told["after"], limit)


def _ends(text: str) -> tuple[datetime | None, datetime | None]:
    """Return both ends of a moment, or of an interval that may be open."""
    first, slash, last = text.partition("/")
    return _end(first), _end(last if slash else first, last=True)


def _end(text: str, *, last: bool = False) -> datetime | None:
    if text in ("", ".."):
        return None
    try:
        told = parse_moment(text)
    except ValueError as error:
        raise BadSettings(str(error)) from error
    if not isinstance(told, datetime):
        told = datetime.combine(told, time.max if last else time.min, UTC)
    return moment_of(told)[0]


def _address(request: Request, project: Project) -> Address:
    def address(name: str, *pk: int) -> str:
        return request.build_absolute_uri(reverse(f"api:{name}", args=[project.pk, *pk]))

    return address


def _items(request: Request, project: Project, told: dict[str, Any], name: str) -> Response:
    form = Asked(data=told)
    form.is_valid(raise_exception=True)
    wanted, address = form.wanted(), _address(request, project)
    scenes, more = publishing.page(project, wanted) if wanted else ([], False)
    links = [{"rel": "root", "href": address("stac"), "type": "application/json"}]
    if more:
        links.append(_next(request, {**told, "after": scenes[-1].pk}, address(name)))
    features = [publishing.item(scene, address) for scene in scenes]
    return Response({"type": "FeatureCollection", "features": features, "links": links, "numberReturned": len(scenes)})


def _next(request: Request, told: dict[str, Any], href: str) -> dict[str, Any]:
    link = {"rel": "next", "type": "application/geo+json", "method": request.method}
    if request.method == "POST":
        return {**link, "href": href, "body": told}
    plain = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in told.items()}
    return {**link, "href": f"{href}?{urlencode(plain)}"}


def _by_address(request: Request) -> dict[str, Any]:
    """Return what an address asks for; lists are separated by commas."""
    told: dict[str, Any] = {name: request.query_params[name] for name in _NAMES if name in request.query_params}
    return {name: value.split(",") if name in ("bbox", "ids", "collections") else value for name, value in told.items()}


class StacRoot(APIView):
    """The catalogue."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Show what there is and what can be asked."""
        project = get_project(request.user, project_id)
        return Response(publishing.catalogue(project, _address(request, project)))


class StacCollections(APIView):
    """The collections: one."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """List them."""
        project = get_project(request.user, project_id)
        address = _address(request, project)
        links = [{"rel": "self", "href": address("stac-collections"), "type": "application/json"}]
        return Response({"collections": [publishing.collection(project, address)], "links": links})


class StacCollection(APIView):
    """The collection of all scenes."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Show it."""
        project = get_project(request.user, project_id)
        return Response(publishing.collection(project, _address(request, project)))


class StacItems(APIView):
    """The items of the collection."""

    @extend_schema(parameters=_FILTERS, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """List them, page by page."""
        project = get_project(request.user, project_id)
        return _items(request, project, _by_address(request), "stac-items")


class StacSearch(APIView):
    """Search by area, time and number."""

    @extend_schema(parameters=_FILTERS, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int) -> Response:
        """Search by the address."""
        project = get_project(request.user, project_id)
        return _items(request, project, _by_address(request), "stac-search")

    @extend_schema(request=Asked, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, project_id: int) -> Response:
        """Search by a body."""
        project = get_project(request.user, project_id)
        told = request.data if isinstance(request.data, dict) else {}
        known = {name: told[name] for name in _NAMES if told.get(name) is not None}
        return _items(request, project, known, "stac-search")


class SceneItem(APIView):
    """One scene as an item."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show it."""
        scene = get_scene(request.user, project_id, pk)
        return Response(publishing.item(scene, _address(request, scene.project)))


class SceneFile(APIView):
    """The file of a scene."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(responses={(200, "image/tiff"): OpenApiTypes.BINARY})
    def get(self, request: Request, project_id: int, pk: int) -> FileResponse:
        """Download it as a cloud-optimised GeoTIFF; one that lies elsewhere is downloaded there."""
        scene = get_scene(request.user, project_id, pk)
        if scene.asset.is_remote or scene.asset.is_record:
            raise BadSettings(f"{scene} is no file of pixels here: its item says where they lie.")
        try:
            mounted = scene.asset.where_it_lies if scene.asset.mounted else None
            file = mounted.open("rb") if mounted else storage.opened(scene.asset.place)
        except FileNotFoundError:
            raise NotReady(f"The file of {scene} is not there; ask the operator.") from None
        name = f"terrascribe-project{scene.project_id}-scene{scene.pk}.tif"
        response = FileResponse(file, as_attachment=True, filename=name, content_type="image/tiff")
        response.setdefault("Content-Length", str(scene.asset.size))
        response["Cache-Control"] = "private, no-store"
        response["ETag"] = f'"{scene.asset.sha256}"'
        return response
