"""When and how a scene was taken, as the API reads and writes it."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models.acquisition import ORBITS, check_details, parse_moment


@extend_schema_field({"type": "string", "example": "2020-06-01", "description": "a date, or a date with time (UTC)"})
class MomentField(serializers.Field[Any, Any, Any, Any]):
    """A plain date where only that is known, else a date with time."""

    def to_internal_value(self, data: Any) -> date:
        """Read either."""
        try:
            return parse_moment(str(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: date) -> str:
        """Write what is known."""
        return value.isoformat().replace("+00:00", "Z")


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "orbit": {"enum": list(ORBITS)},
            "incidence_deg": {"type": "number"},
            "level": {"type": "string"},
            "cloud_cover": {"type": "number"},
            "source": {"type": "object", "additionalProperties": {"type": "string"}},
            "provider_ids": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
)
class SceneDetails(serializers.Field[Any, Any, Any, Any]):
    """Orbit, incidence, processing level, clouds, provider ids and catalogue, as far as they are known."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Read details; unknown ones are refused."""
        try:
            check_details(data)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return dict(data)

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        """Write what is known."""
        return value
