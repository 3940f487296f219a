"""/api/sensors/: the instruments that scenes can be stated to come from."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mlcore.sensors import SENSORS


class BandSerializer(serializers.Serializer[Any]):
    """One band."""

    name = serializers.CharField()
    title = serializers.CharField()
    wavelength_nm = serializers.FloatField(allow_null=True)
    width_nm = serializers.FloatField(allow_null=True)
    polarisation = serializers.CharField(allow_null=True)


class CompositeSerializer(serializers.Serializer[Any]):
    """A named way to show a scene."""

    name = serializers.CharField()
    title = serializers.CharField()


class SensorSerializer(serializers.Serializer[Any]):
    """An instrument."""

    code = serializers.CharField()
    title = serializers.CharField()
    modality = serializers.CharField()
    quantity = serializers.CharField()
    gsd_m = serializers.FloatField(allow_null=True)
    bands = BandSerializer(many=True)
    composites = CompositeSerializer(many=True)


class SensorList(APIView):
    """The one table of sensors; it is short, so it comes whole."""

    @extend_schema(responses=SensorSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the sensors."""
        return Response(SensorSerializer(list(SENSORS.values()), many=True).data)
