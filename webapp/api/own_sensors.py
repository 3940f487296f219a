"""/api/projects/{id}/sensors/: instruments that the owners of a project describe, by form or in YAML."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_own_sensor, get_project
from annotation.ingest.own_sensors import add_sensors, change_sensor, uses
from annotation.models import OwnSensor
from annotation.models.projects import PLAIN_NAME, Role
from mlcore.checks import MOST_BANDS
from mlcore.errors import BadSensor
from mlcore.sensors import LEVELS, Modality, Quantity
from mlcore.sensors.own import own_sensor, parse_own
from webapp.api.parsing import Json
from webapp.api.statements import StatedBand

MOST_YAML = 2**18  # bytes


class SensorForm(serializers.Serializer[Any]):
    """A sensor, its bands in the order of its files; what is left out is unknown."""

    code = serializers.CharField(max_length=60, help_text="letters, digits, '-', '_' and '.'; it stays")
    title = serializers.CharField(max_length=120, validators=[PLAIN_NAME], required=False, allow_blank=True)
    modality = serializers.ChoiceField([item.value for item in Modality], required=False)
    quantity = serializers.ChoiceField([item.value for item in Quantity], required=False)
    gsd_m = serializers.FloatField(min_value=1e-4, max_value=1e6, required=False, allow_null=True)
    frequency_ghz = serializers.FloatField(min_value=1e-3, max_value=1e4, required=False, allow_null=True)
    level = serializers.ChoiceField(list(LEVELS), required=False, allow_null=True)
    bands = serializers.ListField(child=StatedBand(), allow_empty=False, max_length=MOST_BANDS)


class OwnSensorSerializer(serializers.ModelSerializer[OwnSensor]):
    """A sensor of a project."""

    described = serializers.SerializerMethodField()
    scenes = serializers.SerializerMethodField()

    class Meta:
        """With how many scenes are read as it."""

        model = OwnSensor
        fields = ["id", "code", "described", "scenes", "created_at"]
        read_only_fields = fields

    def get_described(self, own: OwnSensor) -> dict[str, Any]:
        """Return it as a form takes it."""
        told = {name: value for name, value in own.described.items() if name != "composites"}
        return {name: value for name, value in told.items() if value is not None}

    def get_scenes(self, own: OwnSensor) -> int:
        """Return how many scenes are read as it."""
        return uses(own)


class OwnSensorList(APIView):
    """The sensors of a project."""

    parser_classes = [Json, MultiPartParser]

    @extend_schema(responses=OwnSensorSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        """List them."""
        project = get_project(request.user, project_id)
        return Response(OwnSensorSerializer(project.own_sensors.select_related("project"), many=True).data)

    @extend_schema(request=SensorForm, responses={201: OwnSensorSerializer(many=True)})
    def post(self, request: Request, project_id: int) -> Response:
        """Describe one; or all in a YAML file, sent as a form with `file`."""
        project = get_project(request.user, project_id, Role.OWNER)
        sent = request.FILES.get("file")
        if sent is None:
            told = [_described(request)]
        elif sent.size > MOST_YAML:
            raise BadSensor(f"A list of sensors has at most {MOST_YAML >> 10} kB.")
        else:
            told = [_checked(sensor.to_dict()) for sensor in parse_own(sent.read(), sent.name)]
        made = add_sensors(project, [own_sensor(each, f"The sensor {each['code']}") for each in told])
        return Response(OwnSensorSerializer(made, many=True).data, status=201)


class OwnSensorDetail(APIView):
    """One sensor of a project."""

    @extend_schema(responses=OwnSensorSerializer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show it."""
        return Response(OwnSensorSerializer(get_own_sensor(request.user, project_id, pk)).data)

    @extend_schema(request=SensorForm, responses=OwnSensorSerializer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Describe it anew; its scenes are read so once it is stated of them again."""
        own = get_own_sensor(request.user, project_id, pk, Role.OWNER)
        told = _described(request)
        return Response(OwnSensorSerializer(change_sensor(own, own_sensor(told, f"The sensor {own.code}"))).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Forget it; scenes keep what they were read as."""
        get_own_sensor(request.user, project_id, pk, Role.OWNER).delete()
        return Response(status=204)


def _described(request: Request) -> dict[str, Any]:
    form = SensorForm(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    """Hold a sensor of a file against the same form."""
    told = {name: value for name, value in told.items() if name != "composites" and value is not None}
    form = SensorForm(data=told)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)
