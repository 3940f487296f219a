"""Series: one number at a place over all dates, with the cloudy ones marked."""

from collections.abc import Sequence
from typing import Any

from annotation.cursor.places import Spot
from annotation.cursor.quantities import Quantity, quantity_of
from annotation.cursor.values import plain, read
from annotation.errors import BadSettings
from annotation.models import Coverage, Sample, Scene
from mlcore.errors import BadRecipe, MLCoreError
from mlcore.raster.clouds import flags_of
from mlcore.raster.point import Reading
from mlcore.sensors import Sensor, sensor_from_dict

_MOSTLY = 0.5  # of a tile


def scenes_over_time(sample: Sample) -> list[Scene]:
    """Return all scenes of a sample's place whose date is known, of every epoch, oldest first."""
    tile = sample.tile
    here = Scene.objects.covering(tile.grid_id, tile.column, tile.row).shown().filter(acquired__isnull=False)
    return list(
        here.select_related("asset", "grid").defer("asset__footprint", "asset__facts").order_by("acquired", "id")
    )


def series_at(sample: Sample, scenes: Sequence[Scene], spot: Spot, asked: str = "") -> list[dict[str, Any]]:
    """Return a series for each sensor that has what is asked for: a band, a role, or arithmetic of them.

    A date is cloudy where the scene's own mask says so of that very place; without a mask there, where most of the tile
    was found to be; null where nobody knows.

    Raises:
        BadSettings: no scene here has it; the message says what one lacks.
    """
    series: dict[str, dict[str, Any]] = {}
    sensors: dict[str, tuple[Sensor, Quantity] | None] = {}
    fault = ""
    clouds = _clouds(sample, scenes)
    for scene in scenes:
        key = repr(scene.sensor)
        if key not in sensors:
            sensors[key], why = _answering(sensor_from_dict(scene.sensor), asked)
            fault = fault or why
        if answering := sensors[key]:
            told = series.setdefault(key, _begun(*answering))
            told["points"].append(_point(sample, scene, spot, answering, clouds.get(scene.pk)))
    if fault and not series:
        raise BadSettings(fault)
    return list(series.values())


def _answering(sensor: Sensor, asked: str) -> tuple[tuple[Sensor, Quantity] | None, str]:
    """Return a sensor with what it answers; or why it doesn't."""
    try:
        return (sensor, quantity_of(sensor, asked)), ""
    except BadRecipe as error:
        return None, str(error)


def _begun(sensor: Sensor, quantity: Quantity) -> dict[str, Any]:
    title = f"{quantity.title}, {sensor.title}"
    return {"sensor": sensor.code, "title": title, "unit": quantity.unit, "points": []}


def _clouds(sample: Sample, scenes: Sequence[Scene]) -> dict[int, float]:
    """Return how much of the tile is cloud in each scene of which that is known."""
    known = Coverage.objects.filter(tile=sample.tile_id, scene__in=[scene.pk for scene in scenes], cloud__isnull=False)
    return {scene: cloud for scene, cloud in known.values_list("scene", "cloud") if cloud is not None}


def _point(
    sample: Sample, scene: Scene, spot: Spot, answering: tuple[Sensor, Quantity], cloud: float | None
) -> dict[str, Any]:
    sensor, quantity = answering
    told: dict[str, Any] = {"acquired": scene.moment, "value": None, "cloudy": None, "scene": scene.pk}
    try:
        reading = read(sample, scene, sensor, [spot], bands=quantity.bands)
    except MLCoreError:  # one damaged file is a gap in the line
        return told
    cloudy = _cloudy(reading)
    if cloudy is None and cloud is not None:
        cloudy = cloud > _MOSTLY
    return told | {"value": plain(quantity.value(reading.values[0].tolist())), "cloudy": cloudy}


def _cloudy(reading: Reading) -> bool | None:
    if reading.quality is None:
        return None
    says, cloudy = flags_of(reading.quality, reading.quality_band)
    return bool(cloudy[0]) if says[0] else None
