"""Values: what each scene of a tile measured at a point, band by band."""

import math
from collections.abc import Sequence
from typing import Any

from annotation.cursor.places import Spot, places_in
from annotation.cursor.quantities import unit_at
from annotation.models import Sample, Scene
from mlcore.errors import MLCoreError
from mlcore.raster.point import Reading
from mlcore.sensors import Sensor

_DIGITS = 7  # as many as single precision has


def scenes_of(sample: Sample) -> list[Scene]:
    """Return the scenes with pixels that a sample's label speaks of, oldest first."""
    return list(sample.scenes().shown().select_related("asset", "grid").defer("asset__footprint", "asset__facts"))


def values_at(sample: Sample, scenes: Sequence[Scene], spot: Spot) -> list[dict[str, Any]]:
    """Return the numbers of all bands of each scene, with their units; null where there is none.

    A scene that cannot be read says why, and the others come all the same.
    """
    return [_scene(sample, scene, spot) for scene in scenes]


def _scene(sample: Sample, scene: Scene, spot: Spot) -> dict[str, Any]:
    sensor = scene.get_sensor()
    told = {"scene": scene.pk, "name": scene.name, "sensor": sensor.code, "title": sensor.title}
    told |= {"modality": sensor.modality.value, "acquired": scene.moment, "fault": ""}
    try:
        reading: Reading | None = read(sample, scene, sensor, [spot])
    except MLCoreError as error:
        reading, told["fault"] = None, str(error)
    numbers = [math.nan] * len(sensor.bands) if reading is None else reading.values[0].tolist()
    return told | {"bands": [_band(sensor, at, number) for at, number in enumerate(numbers)]}


def read(
    sample: Sample, scene: Scene, sensor: Sensor, spots: Sequence[Spot], bands: Sequence[int] | None = None
) -> Reading:
    """Read a scene at points of a tile."""
    return scene.asset.reader.at(scene.windows, sensor, places_in(scene, sample, spots), bands=bands)


def _band(sensor: Sensor, at: int, number: float) -> dict[str, Any]:
    band = sensor.bands[at]
    return {
        "name": band.name,
        "title": band.title,
        "wavelength_nm": band.wavelength_nm,
        "width_nm": band.width_nm,
        "polarisation": band.polarisation,
        "unit": unit_at(sensor),
        "value": plain(number),
    }


def plain(number: float) -> float | None:
    """Return a number without the digits that single precision makes up; None for none, which JSON calls null."""
    return float(f"{number:.{_DIGITS}g}") if math.isfinite(number) else None
