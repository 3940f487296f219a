"""/api/projects/{id}/scenes/{id}/place/: what an owner says of where a scene lies, and of its numbers for no data."""

import math
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import ingest
from annotation.access import get_scene
from annotation.models.projects import Role
from mlcore.raster.opening import raw_transform
from webapp.tasks import dispatch_on_commit


def _check_finite(value: float) -> None:
    if not math.isfinite(value) or abs(value) > 3.4e38:
        raise serializers.ValidationError("Give a number, such as -9999.")


class PlaceStatement(serializers.Serializer[Any]):
    """Where pixels lie and which number is no measurement; what is left out stays."""

    crs = serializers.RegexField(r"^EPSG:\d{4,6}\Z", required=False, allow_null=True)
    transform = serializers.ListField(
        child=serializers.FloatField(validators=[_check_finite]),
        min_length=6,
        max_length=6,
        required=False,
        allow_null=True,
        help_text="a, b, c, d, e, f of pixel (column, row) -> CRS",
    )
    nodata = serializers.FloatField(required=False, allow_null=True, validators=[_check_finite])
    alike = serializers.BooleanField(default=False)


class PlaceKnown(serializers.Serializer[Any]):
    """What is known now, and how many other scenes are like this one."""

    crs = serializers.CharField(allow_null=True)
    transform = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    nodata = serializers.FloatField(allow_null=True)
    alike = serializers.IntegerField()


class PlaceStated(serializers.Serializer[Any]):
    """The job that does it, and how many scenes it is about."""

    job = serializers.IntegerField()
    scenes = serializers.IntegerField()


class ScenePlace(APIView):
    """The place of one scene."""

    @extend_schema(responses=PlaceKnown)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show where the scene lies."""
        scene = get_scene(request.user, project_id, pk)
        info = scene.asset.info()
        nodata = info.nodata if info.nodata is not None and math.isfinite(info.nodata) else None
        known = {"crs": info.crs, "transform": raw_transform(scene.asset.file), "nodata": nodata}
        return Response(known | {"alike": ingest.count_alike(scene)})

    @extend_schema(request=PlaceStatement, responses={202: PlaceStated})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """State where the scene lies, or what stands for no data, for it or for all like it; a job does it."""
        scene = get_scene(request.user, project_id, pk, Role.OWNER)
        form = PlaceStatement(data=request.data)
        form.is_valid(raise_exception=True)
        told = dict(form.validated_data)
        alike, transform = told.pop("alike"), told.get("transform")
        place = ingest.Place(told.get("crs"), tuple(transform) if transform else None, told.get("nodata"))
        job, count = ingest.request_place(scene, place, alike=alike)
        dispatch_on_commit()
        return Response({"job": job.pk, "scenes": count}, status=202)
