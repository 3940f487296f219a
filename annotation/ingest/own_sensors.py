"""Own sensors: instruments that the owners of a project describe, and that its scenes can be stated to come from."""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from annotation.deletions import hold_project
from annotation.errors import BadSettings, OverQuota
from annotation.models import OwnSensor, Project
from mlcore.errors import BadSensor
from mlcore.sensors import SENSORS, Sensor, get_sensor

MOST = 200  # of a project
_RESERVED = ("unknown-", "stated-")


def known_sensor(project: Project, code: str | None) -> str | Sensor | None:
    """Return the project's own sensor of a code, else the code of one that there is; None for none.

    Raises:
        UnknownName: there is no such sensor.
    """
    if not code or code.startswith("unknown-"):
        return code or None
    if own := project.own_sensors.filter(code=code).first():
        return own.get_sensor()
    get_sensor(code)
    return code


@transaction.atomic
def add_sensors(project: Project, sensors: Sequence[Sensor]) -> list[OwnSensor]:
    """Let the scenes of a project be stated to come from these sensors, all or none.

    Raises:
        BadSettings: a code is taken.
        OverQuota: the project has too many.
    """
    hold_project(project)
    taken = set(project.own_sensors.values_list("code", flat=True))
    twice = Counter(sensor.code for sensor in sensors)
    for sensor in sensors:
        if sensor.code in SENSORS or sensor.code in taken or twice[sensor.code] > 1 or _is_reserved(sensor):
            raise BadSettings(f"Another sensor is called {sensor.code!r}; choose another code.")
    if len(taken) + len(sensors) > MOST:
        raise OverQuota(f"A project may have {MOST} sensors of its own; delete some first.")
    return OwnSensor.objects.bulk_create(
        OwnSensor(project=project, code=sensor.code, described=sensor.to_dict()) for sensor in sensors
    )


def _is_reserved(sensor: Sensor) -> bool:
    return sensor.code.startswith(_RESERVED)


@transaction.atomic
def change_sensor(own: OwnSensor, sensor: Sensor) -> OwnSensor:
    """Describe a sensor anew; scenes keep what they were read as until somebody states it of them again.

    Raises:
        BadSettings: the code would be another.
        BadSensor: scenes that were read as it have another number of bands.
    """
    if sensor.code != own.code:
        raise BadSettings(f"The code {own.code!r} stays; describe another sensor beside it, or delete this one.")
    bands, before = len(sensor.bands), len(own.described["bands"])
    if bands != before and (used := uses(own)):
        raise BadSensor(f"{used} scenes have {before} bands, {bands} are described; describe another sensor for those.")
    own.described = sensor.to_dict()
    own.save(update_fields=["described"])
    return own


def uses(own: OwnSensor) -> int:
    """Return how many scenes are read as a sensor."""
    return own.project.scenes.filter(sensor__code=own.code).count()
