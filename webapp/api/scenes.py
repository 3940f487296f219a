"""/api/projects/{id}/scenes/: the imagery of a project, and how more comes in."""

import math
from typing import Any

import django_filters
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db.models import Prefetch
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import ingest
from annotation.access import get_project, get_scene, get_transfer
from annotation.ingest.transfers import end_transfer
from annotation.models import Epoch, Scene
from annotation.models.projects import PLAIN_NAME, Role
from webapp.api.moments import MomentField, SceneDetails
from webapp.api.pagination import Listing
from webapp.api.receipts import SceneUpload, UploadResult, upload_answer
from webapp.api.sensors import CompositeSerializer
from webapp.tasks import dispatch_on_commit

DEEPEST_ZOOM = 24


class SceneSensor(serializers.Serializer[Any]):
    """The instrument of a scene, stated or guessed."""

    code = serializers.CharField()
    title = serializers.CharField()
    guessed = serializers.BooleanField()
    bands = serializers.ListField(child=serializers.CharField())
    composites = CompositeSerializer(many=True)


class SceneSerializer(serializers.ModelSerializer[Scene]):
    """A scene, its place in the grid and on the map."""

    sensor = serializers.SerializerMethodField()
    acquired = MomentField(source="moment", read_only=True)
    details = SceneDetails(read_only=True)
    epochs: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    remarks = serializers.ListField(child=serializers.CharField(), read_only=True)
    kind = serializers.CharField(source="asset.kind", read_only=True)
    width = serializers.IntegerField(source="asset.facts.width", read_only=True)
    height = serializers.IntegerField(source="asset.facts.height", read_only=True)
    dtype = serializers.CharField(source="asset.facts.dtype", read_only=True)
    crs = serializers.SerializerMethodField()
    bounds = serializers.SerializerMethodField()
    tiles_url = serializers.SerializerMethodField()
    preview_url = serializers.SerializerMethodField()
    max_zoom = serializers.SerializerMethodField()

    class Meta:
        """Without the file's place on the server."""

        model = Scene
        fields = [
            "id", "name", "sensor", "acquired", "details", "epochs", "kind", "width", "height", "crs", "dtype",
            "grid", "columns", "rows", "first_column", "first_row", "fault", "remarks", "bounds",
            "tiles_url", "preview_url", "max_zoom", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(SceneSensor)
    def get_sensor(self, scene: Scene) -> dict[str, Any]:
        """Return the instrument as a client shows it."""
        sensor = scene.get_sensor()
        return {
            "code": sensor.code,
            "title": sensor.title,
            "guessed": scene.sensor_guessed,
            "bands": [band.label for band in sensor.bands],
            "composites": [{"name": item.name, "title": item.title} for item in sensor.composites],
        }

    def get_crs(self, scene: Scene) -> str:
        """Return the CRS, empty in image coordinates."""
        return str(scene.asset.facts["crs"] or "")

    def get_bounds(self, scene: Scene) -> list[float] | None:
        """Return west, south, east, north in degrees, or None off the map; over the antimeridian, east is above 180."""
        return list(extent_of(scene.asset.footprint)) if scene.asset.footprint else None

    def get_tiles_url(self, scene: Scene) -> str | None:
        """Return the address of map tiles with {z}, {x} and {y} to fill in, or None off the map."""
        if not scene.asset.footprint:
            return None
        address = reverse("scene-tile", args=[scene.project_id, scene.pk, 0, 0, 0])
        return address.removesuffix("0/0/0.png") + "{z}/{x}/{y}.png"

    def get_preview_url(self, scene: Scene) -> str:
        """Return the address of a picture of the whole scene."""
        return reverse("scene-preview", args=[scene.project_id, scene.pk])

    def get_max_zoom(self, scene: Scene) -> int | None:
        """Return the map zoom at which a map pixel is no larger than the scene's own."""
        if not scene.asset.footprint:
            return None
        west, south, east, north = extent_of(scene.asset.footprint)
        stretched = max(math.cos(math.radians((south + north) / 2)), 0.01)
        width, height = scene.asset.facts["width"], scene.asset.facts["height"]
        degrees = min((east - west) / width, (north - south) / stretched / height)
        return min(max(math.ceil(math.log2(360 / 256 / max(degrees, 1e-9))), 0), DEEPEST_ZOOM)


class SceneChange(serializers.Serializer[Any]):
    """What can be corrected about a scene."""

    name = serializers.CharField(max_length=200, validators=[PLAIN_NAME], required=False)
    acquired = MomentField(required=False, allow_null=True)
    details = SceneDetails(required=False)
    sensor = serializers.CharField(required=False)


class SceneFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What the list can be narrowed to."""

    acquired = django_filters.DateFilter("acquired__date")
    epoch = django_filters.NumberFilter("epochs__pk")
    grid = django_filters.NumberFilter("grid_id")  # not a choice, which would tell what other projects have

    class Meta:
        """By equality."""

        model = Scene
        fields = ["grid", "acquired", "epoch"]


class SceneList(Listing):
    """The scenes of a project."""

    serializer_class = SceneSerializer
    queryset = Scene.objects.none()
    filterset_class = SceneFilter
    parser_classes = [MultiPartParser, FormParser]

    @extend_schema(responses=SceneSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the scenes."""
        project = get_project(request.user, project_id)
        epochs = Prefetch("epochs", Epoch.objects.only("pk"))
        return self.page(project.scenes.select_related("asset", "grid").prefetch_related(epochs))

    @extend_schema(
        request={"multipart/form-data": SceneUpload},
        responses={202: UploadResult, 200: UploadResult, 400: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Upload imagery: each file is checked now, and ingested in the background."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = SceneUpload(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        transfers = [get_transfer(request.user, project_id, pk) for pk in dict.fromkeys(sent.get("uploads", []))]
        receipt = ingest.request_ingest(
            project,
            [*sent.get("files", []), *transfers],
            sensor=sent.get("sensor") or None,
            acquired=sent.get("acquired"),
            user_id=request.user.pk,
        )
        for transfer in transfers:
            if transfer.is_whole:
                end_transfer(transfer)
        dispatch_on_commit()
        return upload_answer(receipt)


class SceneDetail(APIView):
    """One scene."""

    @extend_schema(responses=SceneSerializer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show the scene."""
        return Response(SceneSerializer(get_scene(request.user, project_id, pk)).data)

    @extend_schema(request=SceneChange, responses=SceneSerializer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Correct the sensor, the date or the name."""
        scene = get_scene(request.user, project_id, pk, Role.OWNER)
        form = SceneChange(data=request.data)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        code = fields.pop("sensor", None)
        if "acquired" in fields:
            ingest.correct_date(scene, fields.pop("acquired"))
        if code is not None:
            ingest.correct_sensor(scene, code)
        if "details" in fields:
            ingest.correct_details(scene, fields.pop("details"))
        dispatch_on_commit()
        if fields:
            Scene.objects.filter(pk=scene.pk).update(**fields)
        return self.get(request, project_id, pk)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Take the scene out of the project, unless labels would lose their only imagery."""
        ingest.remove_scene(get_scene(request.user, project_id, pk, Role.OWNER))
        dispatch_on_commit()
        return Response(status=204)


def extent_of(footprint: GEOSGeometry) -> tuple[float, float, float, float]:
    """Return west, south, east, north; parts that meet at the antimeridian lie together, beyond 180 degrees."""
    west, south, east, north = footprint.extent
    parts = [part.extent for part in footprint] if isinstance(footprint, MultiPolygon) else []
    eastern = [part for part in parts if part[0] >= 0]
    western = [part for part in parts if part[2] <= 0]
    if west <= -180 and east >= 180 and eastern and western and len(eastern) + len(western) == len(parts):
        return min(part[0] for part in eastern), south, max(part[2] for part in western) + 360, north
    return west, south, east, north
