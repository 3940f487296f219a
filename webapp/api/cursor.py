"""What lies at the cursor: values, series and profiles of a sample's scenes, and how the classes look so far."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project, get_sample
from annotation.cursor import (
    Spot,
    heights_along,
    position,
    scenes_of,
    scenes_over_time,
    series_at,
    spectra_so_far,
    values_at,
)
from annotation.errors import BadSettings
from annotation.models import Sample
from webapp.api.moments import MomentField
from webapp.api.parsing import real

MOST_CORNERS = 20
LONGEST_EXPRESSION = 200  # characters
SPOT = [
    OpenApiParameter("x", float, description="px of the lattice from the tile's left side; its middle by default"),
    OpenApiParameter("y", float, description="px of the lattice from the tile's upper side; its middle by default"),
]


class BandValue(serializers.Serializer[Any]):
    """What one band measured; null where it has nothing there."""

    name = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    wavelength_nm = serializers.FloatField(allow_null=True)
    width_nm = serializers.FloatField(allow_null=True)
    polarisation = serializers.CharField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    value = serializers.FloatField(allow_null=True)


class SceneValues(serializers.Serializer[Any]):
    """What one scene measured; `fault` says why there is nothing, where its file cannot be read."""

    scene = serializers.IntegerField()
    name = serializers.CharField()
    sensor = serializers.CharField()
    title = serializers.CharField()
    modality = serializers.CharField()
    acquired = MomentField(allow_null=True)
    fault = serializers.CharField(allow_blank=True)
    bands = BandValue(many=True)


class CursorSerializer(serializers.Serializer[Any]):
    """A place on Earth and in the lattice's coordinates, null where there is none, and what was measured there."""

    longitude = serializers.FloatField(allow_null=True)
    latitude = serializers.FloatField(allow_null=True)
    crs = serializers.CharField(allow_blank=True)
    easting = serializers.FloatField(allow_null=True)
    northing = serializers.FloatField(allow_null=True)
    scenes = SceneValues(many=True)


class SampleCursor(APIView):
    """The numbers of all scenes of one sample at a place."""

    @extend_schema(
        parameters=[*SPOT, OpenApiParameter("scenes", str, description="ids, of which to tell; all by default")],
        responses=CursorSerializer,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Tell where a place is and what each band measured there: the pixel itself, in units of the source."""
        sample = get_sample(request.user, project_id, pk)
        spot, wanted = _spot(sample, request), _ids(request.query_params.get("scenes", ""))
        scenes = scenes_of(sample)
        shown = [scene for scene in scenes if not wanted or scene.pk in wanted]
        return Response({**position(sample, scenes, spot), "scenes": values_at(sample, shown, spot)})


class SeriesPoint(serializers.Serializer[Any]):
    """One date; `cloudy` is null where nothing is known."""

    acquired = MomentField()
    value = serializers.FloatField(allow_null=True)
    cloudy = serializers.BooleanField(allow_null=True)
    scene = serializers.IntegerField()


class SensorSeries(serializers.Serializer[Any]):
    """One sensor's dates, oldest first."""

    sensor = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    points = SeriesPoint(many=True)


class SeriesSerializer(serializers.Serializer[Any]):
    """A series for each sensor that has what is asked for."""

    series = SensorSeries(many=True)


class SampleSeries(APIView):
    """One number at a place over all dates."""

    @extend_schema(
        parameters=[*SPOT, OpenApiParameter("expression", str, description="a band or a role; by default the first")],
        responses=SeriesSerializer,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Tell the dates of the place, of every epoch, with the cloudy ones marked."""
        sample = get_sample(request.user, project_id, pk)
        asked = request.query_params.get("expression", "").strip()
        if len(asked) > LONGEST_EXPRESSION:
            raise BadSettings(f"An expression has at most {LONGEST_EXPRESSION} characters.")
        spot = _spot(sample, request)
        return Response({"series": series_at(sample, scenes_over_time(sample), spot, asked)})


class ProfileSerializer(serializers.Serializer[Any]):
    """Heights at equal steps along a line; distances are in `unit`: metres, or pixels where there is no map."""

    scene = serializers.IntegerField()
    name = serializers.CharField()
    unit = serializers.CharField()
    distance_m = serializers.ListField(child=serializers.FloatField())
    height_m = serializers.ListField(child=serializers.FloatField(allow_null=True))


class SampleProfile(APIView):
    """The heights along a line over a sample."""

    @extend_schema(
        parameters=[
            OpenApiParameter("points", str, required=True, description="corners in px of the lattice: x,y;x,y"),
            OpenApiParameter("scene", int, description="one with heights; by default the first"),
        ],
        responses=ProfileSerializer,
    )
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Tell the heights of an elevation model along the line, or of a point cloud's returns near it."""
        sample = get_sample(request.user, project_id, pk)
        line = _line(sample, request.query_params.get("points", ""))
        wanted = _ids(request.query_params.get("scene", ""))
        return Response(heights_along(sample, scenes_of(sample), line, next(iter(wanted), 0)))


class SpectraSerializer(serializers.Serializer[Any]):
    """Mean and standard deviation of each class in each band, by the labels so far."""

    sensor = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_blank=True)
    bands = serializers.ListField(child=serializers.DictField())
    classes = serializers.ListField(child=serializers.DictField())
    complete = serializers.BooleanField(help_text="false: labelled tiles are left to read; ask again")


class ClassSpectra(APIView):
    """How the classes look to a sensor so far."""

    @extend_schema(
        parameters=[OpenApiParameter("sensor", str, description="its code; by default that with most bands")],
        responses=SpectraSerializer,
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Tell mean and spread of each class over labelled samples, of masks over the painted pixels."""
        project = get_project(request.user, project_id)
        return Response(spectra_so_far(project, request.query_params.get("sensor", "")))


def _spot(sample: Sample, request: Request) -> Spot:
    x, y = (real(text, name) if (text := request.query_params.get(name)) else None for name in ("x", "y"))
    return Spot.on(sample, x, y)


def _line(sample: Sample, text: str) -> list[Spot]:
    corners = [corner.split(",") for corner in text.split(";", MOST_CORNERS)]
    if not (2 <= len(corners) <= MOST_CORNERS and all(len(corner) == 2 for corner in corners)):
        raise BadSettings(f"points are 2 to {MOST_CORNERS} corners x,y of a line, such as 3,4;20,31.")
    return [Spot.on(sample, real(x, "x"), real(y, "y")) for x, y in corners]


def _ids(text: str) -> frozenset[int]:
    """Return ids from a query string, separated by commas."""
    return frozenset(int(real(each, "scene")) for each in text.split(",")) if text else frozenset()
