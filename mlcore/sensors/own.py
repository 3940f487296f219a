"""Own sensors: instruments that an operator describes in a YAML file, which then stand in the table like any other."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlcore.errors import BadSensor
from mlcore.sensors.composing import composites_of
from mlcore.sensors.sensor import Band, Modality, Quantity, Sensor
from mlcore.sensors.table import SENSORS

_BAND = {"name", "title", "wavelength_nm", "width_nm", "polarisation", "scale", "offset"}
_SENSOR = {"code", "title", "bands", "modality", "gsd_m", "quantity", "frequency_ghz", "level"}
_NM = (100.0, 20_000.0)
_MOST_BANDS = 512
_POLARISATIONS = ("VV", "VH", "HH", "HV")
_LARGEST = 1e12
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_MOST_BYTES = 4 * 2**20


def read_own(path: Path) -> list[Sensor]:
    """Read a list of sensors from a YAML file.

    Raises:
        BadSensor: it cannot be read, or one cannot be; the message says which, and what is wrong.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadSensor(f"{path.name} is larger than {_MOST_BYTES >> 20} MB; it is no list of sensors.")
        text = path.read_bytes()
    except OSError as error:
        raise BadSensor(f"{path.name} is no YAML that can be read: {str(error)[:200]}.") from error
    return parse_own(text, path.name)


def parse_own(text: bytes, name: str) -> list[Sensor]:
    """Return the sensors that YAML of a few hundred lines describes; it may not repeat itself by aliases.

    Raises:
        BadSensor: it cannot be read, or one cannot be.
    """
    import yaml  # slow to load

    class Plain(yaml.SafeLoader):
        """Without aliases, by which a few lines become gigabytes."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("write out what *aliases repeat")
            return super().compose_node(parent, index)

    try:
        told = yaml.load(text.decode("utf-8-sig"), Loader=Plain)  # noqa: S506 (a safe one)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise BadSensor(f"{name} is no YAML that can be read: {str(error)[:200]}.") from error
    if not isinstance(told, list) or not told:
        raise BadSensor(f"{name} is no list of sensors; each begins with '- code:'.")
    return [own_sensor(item, f"Sensor {number} in {name}") for number, item in enumerate(told, start=1)]


def own_sensor(told: Any, where: str = "The sensor") -> Sensor:
    """Return a sensor from plain words.

    Raises:
        BadSensor: something is missing, unknown or impossible.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("bands"), list) or not told.get("code"):
        raise BadSensor(f"{where} needs a code, and a list of bands in the order of its files.")
    if not _CODE.fullmatch(str(told["code"])):
        raise BadSensor(f"{where} has a code of other signs than a-z, 0-9, '-', '_' and '.', or more than 60 of them.")
    if unknown := set(map(str, told)) - _SENSOR:
        raise BadSensor(f"{where} says {min(unknown)!r}, which is not known; it may say {', '.join(sorted(_SENSOR))}.")
    bands = tuple(_band(item, f"Band {number} of {where}") for number, item in enumerate(told["bands"], start=1))
    twice = [name for name, count in Counter(band.name for band in bands).items() if count > 1]
    if twice or not 1 <= len(bands) <= _MOST_BANDS:
        raise BadSensor(f"{where} needs 1 to {_MOST_BANDS} bands, each with a name of its own.")
    try:
        return Sensor(
            str(told["code"])[:60],
            str(told.get("title") or told["code"])[:120],
            bands,
            Modality(told.get("modality", "optical")),
            _positive(told, "gsd_m"),
            Quantity(told.get("quantity", "digital_number")),
            composites_of(bands),
            _positive(told, "frequency_ghz"),
            str(told["level"]) if told.get("level") else None,
        )
    except (TypeError, ValueError) as error:
        raise BadSensor(f"{where} is wrong: {error}.") from error


def _positive(told: Mapping[str, Any], name: str) -> float | None:
    number = float(told[name]) if told.get(name) else None
    if number is not None and not 0 < number < _LARGEST:
        raise ValueError(f"{name} is a number above 0, not {number:g}")
    return number


def _band(told: Any, where: str) -> Band:
    if not isinstance(told, Mapping) or not told.get("name"):
        raise BadSensor(f"{where} needs a name.")
    if unknown := set(map(str, told)) - _BAND:
        raise BadSensor(f"{where} says {min(unknown)!r}, which is not known; it may say {', '.join(sorted(_BAND))}.")
    try:
        keys = [key for key in ("wavelength_nm", "width_nm", "scale", "offset") if told.get(key) is not None]
        numbers = {key: float(told[key]) for key in keys}
    except (TypeError, ValueError) as error:
        raise BadSensor(f"{where} has a number that is none: {error}.") from error
    centre = numbers.get("wavelength_nm")
    if centre is not None and not _NM[0] <= centre <= _NM[1]:
        raise BadSensor(f"{where} has a centre of {centre:g} nm; {_NM[0]:.0f} to {_NM[1]:.0f} nm are possible.")
    wrong = next((key for key, number in numbers.items() if not abs(number) < _LARGEST), "")
    if wrong or numbers.get("scale") == 0 or numbers.get("width_nm", 1) <= 0:
        raise BadSensor(f"{where}: {wrong or 'scale or width_nm'} cannot be that; leave out what you don't know.")
    polarisation = str(told["polarisation"]).upper() if told.get("polarisation") else None
    if polarisation not in (None, *_POLARISATIONS):
        raise BadSensor(f"{where} has a polarisation {polarisation[:20]!r}; there are {', '.join(_POLARISATIONS)}.")
    return Band(str(told["name"])[:60], str(told.get("title", ""))[:120], polarisation=polarisation, **numbers)


def add_own(path: Path) -> list[Sensor]:
    """Put the sensors of a YAML file into the table.

    Raises:
        BadSensor: as `read_own`, or a code is taken by another sensor.
    """
    own = read_own(path)
    for sensor in own:
        if sensor.code in SENSORS and SENSORS[sensor.code] != sensor:
            raise BadSensor(f"{path.name} calls a sensor {sensor.code!r}, as another is called; choose another code.")
    SENSORS.update({sensor.code: sensor for sensor in own})
    return own
