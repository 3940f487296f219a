"""/api/projects/{id}/scenes/{id}/bands/: what an owner says of a scene's bands, and what is known of them."""

import math
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import ingest
from annotation.access import get_scene
from annotation.models import Scene
from annotation.models.projects import PLAIN_NAME, Role
from mlcore.checks import MOST_BANDS
from mlcore.sensors import Band, Modality, Quantity
from webapp.tasks import dispatch_on_commit

_LARGEST = 1e12
_TOLD = ("name", "title", "wavelength_nm", "width_nm", "polarisation", "scale", "offset")


def _check_scale(value: float) -> None:
    if not math.isfinite(value) or not 0 < abs(value) < _LARGEST:
        raise serializers.ValidationError("A scale is a number other than 0, such as 0.0001.")


def _check_offset(value: float) -> None:
    if not math.isfinite(value) or abs(value) >= _LARGEST:
        raise serializers.ValidationError("An offset is a number, such as -0.1.")


class StatedBand(serializers.Serializer[Any]):
    """One band: what is left out is unknown."""

    name = serializers.CharField(max_length=60, validators=[PLAIN_NAME])
    title = serializers.CharField(max_length=120, validators=[PLAIN_NAME], required=False, allow_blank=True)
    wavelength_nm = serializers.FloatField(min_value=100, max_value=20_000, required=False, allow_null=True)
    width_nm = serializers.FloatField(min_value=0.01, max_value=20_000, required=False, allow_null=True)
    polarisation = serializers.ChoiceField(["VV", "VH", "HH", "HV"], required=False, allow_null=True)
    scale = serializers.FloatField(required=False, allow_null=True, validators=[_check_scale])
    offset = serializers.FloatField(required=False, allow_null=True, validators=[_check_offset])


class BandsStatement(serializers.Serializer[Any]):
    """All bands in the order of the file, and what their numbers are after scale and offset."""

    bands = serializers.ListField(child=StatedBand(), allow_empty=False, max_length=MOST_BANDS)
    quantity = serializers.ChoiceField([item.value for item in Quantity], required=False)
    modality = serializers.ChoiceField([item.value for item in Modality], required=False)
    alike = serializers.BooleanField(default=False)


class BandsKnown(serializers.Serializer[Any]):
    """How a scene's bands are read now, and how many other scenes are like it."""

    bands = StatedBand(many=True)
    quantity = serializers.CharField()
    modality = serializers.CharField()
    alike = serializers.IntegerField()
    quantities = serializers.ListField(child=serializers.CharField())


class BandsStated(serializers.Serializer[Any]):
    """How many scenes are read so from now on."""

    scenes = serializers.IntegerField()


class SceneBands(APIView):
    """The bands of one scene."""

    @extend_schema(responses=BandsKnown)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show how the bands are read."""
        return Response(_known(get_scene(request.user, project_id, pk)))

    @extend_schema(request=BandsStatement, responses=BandsStated)
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """State which band is what, for this scene or for all like it; their tiles are embedded again."""
        scene = get_scene(request.user, project_id, pk, Role.OWNER)
        form = BandsStatement(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        count = ingest.state_bands(
            scene,
            [Band(**band) for band in told["bands"]],
            quantity=Quantity(told["quantity"]) if "quantity" in told else None,
            modality=Modality(told["modality"]) if "modality" in told else None,
            alike=told["alike"],
        )
        dispatch_on_commit()
        return Response({"scenes": count})


def _known(scene: Scene) -> dict[str, Any]:
    sensor = scene.get_sensor()
    return {
        "bands": [{name: getattr(band, name) for name in _TOLD} for band in sensor.bands],
        "quantity": sensor.quantity.value,
        "modality": sensor.modality.value,
        "alike": ingest.count_alike(scene),
        "quantities": [item.value for item in Quantity],
    }
