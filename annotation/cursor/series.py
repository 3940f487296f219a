"""Series: one number at a place over all dates, with the cloudy ones marked."""

from collections.abc import Sequence
from typing import Any

from annotation.cursor.places import Spot
from annotation.cursor.quantities import Quantity, quantity_of
from annotation.cursor.values import plain, read
from annotation.errors import BadSettings
from annotation.models import Sample, Scene
from mlcore.containers.cloudiness import judged
from mlcore.errors import MLCoreError
from mlcore.raster.point import Reading
from mlcore.sensors import Sensor, sensor_from_dict


def scenes_over_time(sample: Sample) -> list[Scene]:
    """Return all scenes of a sample's place whose date is known, of every epoch, oldest first."""
    tile = sample.tile
    here = Scene.objects.covering(tile.grid_id, tile.column, tile.row).shown().filter(acquired__isnull=False)
    return list(
        here.select_related("asset", "grid").defer("asset__footprint", "asset__facts").order_by("acquired", "id")
    )


def series_at(sample: Sample, scenes: Sequence[Scene], spot: Spot, asked: str = "") -> list[dict[str, Any]]:
    """Return a series for each sensor that has what is asked for: a band by its name or role; '' takes the first band.

    A date is cloudy where the scene's own mask says so of that very place; null where nothing is known.

    Raises:
        BadSettings: no scene here has it; the message lists what there is.
    """
    series: dict[str, tuple[Sensor, Quantity, list[dict[str, Any]]]] = {}
    there: dict[str, None] = {}
    sensors: dict[str, Sensor] = {}
    for scene in scenes:
        key = repr(scene.sensor)
        if key not in sensors:
            sensors[key] = sensor_from_dict(scene.sensor)
            there |= dict.fromkeys(band.name for band in sensors[key].bands)
        if key not in series and (quantity := quantity_of(sensors[key], asked)):
            series[key] = sensors[key], quantity, []
        if key in series:
            sensor, quantity, points = series[key]
            points.append(_point(sample, scene, sensor, spot, quantity))
    if scenes and not series:
        known = ", ".join(list(there)[:30])
        raise BadSettings(f"No dated scene of this tile has {asked[:40]!r}; there are the bands {known}.")
    return [
        {"sensor": sensor.code, "title": f"{quantity.title}, {sensor.title}", "unit": quantity.unit, "points": points}
        for sensor, quantity, points in series.values()
    ]


def _point(sample: Sample, scene: Scene, sensor: Sensor, spot: Spot, quantity: Quantity) -> dict[str, Any]:
    told: dict[str, Any] = {"acquired": scene.moment, "value": None, "cloudy": None, "scene": scene.pk}
    try:
        reading = read(sample, scene, sensor, [spot], bands=[quantity.band])
    except MLCoreError:  # one damaged file is a gap in the line
        return told
    return told | {"value": plain(reading.values[0, 0]), "cloudy": _cloudy(reading)}


def _cloudy(reading: Reading) -> bool | None:
    if reading.quality is None:
        return None
    says, cloudy = judged(reading.quality_band, reading.quality)
    return bool(cloudy[0]) if says[0] else None
