"""Shards: tar files of ready-cut samples, for corpora larger than memory; written here, read in any order.

A shard holds samples that are alike (the same sensors and sizes). Each is `KEY.json` (chips, dates, place) beside
`KEY.0.npy`, `KEY.0.mask.npy`, `KEY.1.npy` ...: a layout that webdataset reads too. The tar isn't compressed, so a
sample is a seek and a read, and a run that resumes goes straight to its place in the order.
"""

import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadShard
from mlcore.samples import Chip, Sample, Weather
from mlcore.sensors import Sensor, sensor_from_dict

MANIFEST = "shards.json"
_SENSORS = "sensors.json"
_MEMBERS = 64  # open indexes


@dataclass(frozen=True)
class Shard:
    """One tar file."""

    path: Path
    count: int  # samples
    kind: str  # of its samples: sensors and sizes


def write_shards(samples: Iterable[Sample], folder: Path, *, per_shard: int = 1000) -> list[Shard]:
    """Write samples into numbered shards of one kind each, and a manifest beside them.

    Args:
        samples: any mixture of kinds; pixels are stored as they are, in the quantity their sensor declares.
        folder: where the shards go; made if absent.
        per_shard: most samples of a shard.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waiting: dict[str, list[Sample]] = {}
    written: list[Shard] = []
    for sample in samples:
        rows = waiting.setdefault(kind_of(sample), [])
        rows.append(sample)
        if len(rows) == per_shard:
            written.append(_write(waiting.pop(kind_of(sample)), folder / f"{len(written):06d}.tar"))
    for rows in waiting.values():
        written.append(_write(rows, folder / f"{len(written):06d}.tar"))
    table = {shard.path.name: {"count": shard.count, "kind": shard.kind} for shard in written}
    (folder / MANIFEST).write_text(json.dumps(table, indent=1))
    return written


def kind_of(sample: Sample) -> str:
    """Return what samples of one batch must share: sensors and sizes."""
    return "+".join(f"{chip.sensor.code}:{'x'.join(map(str, chip.pixels.shape))}" for chip in sample.chips)


def _write(samples: Sequence[Sample], path: Path) -> Shard:
    partial = path.with_name(path.name + ".partial")
    sensors = {chip.sensor.code: chip.sensor.to_dict() for sample in samples for chip in sample.chips}
    with tarfile.open(partial, "w") as tar:
        _add(tar, _SENSORS, json.dumps(sensors).encode())
        for number, sample in enumerate(samples):
            key = f"{path.stem}-{number:06d}"
            _add(tar, f"{key}.json", json.dumps(_told(sample)).encode())
            for position, chip in enumerate(sample.chips):
                _add(tar, f"{key}.{position}.npy", _npy(_compact(chip.pixels)))
                _add(tar, f"{key}.{position}.mask.npy", _npy(np.packbits(chip.mask)))
    partial.replace(path)
    return Shard(path, len(samples), kind_of(samples[0]))


def _told(sample: Sample) -> dict[str, Any]:
    chips = [
        {
            "sensor": chip.sensor.code,
            "acquired": chip.acquired and chip.acquired.isoformat(),
            "size": chip.mask.shape,
            "orbit": chip.orbit,
            "incidence_deg": chip.incidence_deg,
        }
        for chip in sample.chips
    ]
    told = {"chips": chips, "place": sample.place, "acquired": sample.acquired and sample.acquired.isoformat()}
    return told | {"texts": list(sample.texts), "weather": _weather_told(sample.weather)}


def _weather_told(weather: Weather | None) -> dict[str, Any] | None:
    if weather is None:
        return None
    days = [day.isoformat() for day in weather.days]
    return {"days": days, "variables": list(weather.variables), "values": weather.values.tolist()}


def _weather(told: dict[str, Any] | None) -> Weather | None:
    if told is None:
        return None
    days = tuple(date.fromisoformat(day) for day in told["days"])
    return Weather(days, tuple(told["variables"]), np.array(told["values"], np.float32).reshape(len(days), -1))


def _compact(pixels: NDArray[np.float32]) -> NDArray[Any]:
    """Return whole numbers that fit as 16 bits, anything else as it is: nothing is lost."""
    for kind in (np.uint16, np.int16):
        limits = np.iinfo(kind)
        if np.isfinite(pixels).all() and pixels.min() >= limits.min and pixels.max() <= limits.max:
            small = pixels.astype(kind)
            if (small == pixels).all():
                return small
    return pixels


def _npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def find_shards(pattern: str) -> list[Shard]:
    """Return the shards of a pattern such as 'corpus/{000000..000099}.tar' or 'corpus/*.tar', in order.

    Raises:
        BadShard: there is none, one of a range is missing, or one isn't a shard.
    """
    paths = _paths(pattern)
    missing = [path.name for path in paths if not path.is_file()]
    if missing or not paths:
        raise BadShard(f"No shards at {pattern}" + (f": {missing[0]} is missing." if missing else "."))
    known = {folder: _manifest(folder) for folder in {path.parent for path in paths}}
    return [_shard(path, known[path.parent].get(path.name)) for path in paths]


def _paths(pattern: str) -> list[Path]:
    before, brace, rest = pattern.partition("{")
    if not brace:
        path = Path(pattern)
        return sorted(path.parent.glob(path.name))
    span, _, after = rest.partition("}")
    first, _, last = span.partition("..")
    if not (first.isdigit() and last.isdigit()):
        raise BadShard(f"{pattern}: a range is written {{000..099}}.")
    return [Path(f"{before}{number:0{len(first)}d}{after}") for number in range(int(first), int(last) + 1)]


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    table: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return table


def _shard(path: Path, known: dict[str, Any] | None) -> Shard:
    if known:
        return Shard(path, int(known["count"]), str(known["kind"]))
    keys = _index(path)[1]
    return Shard(path, len(keys), kind_of(read_sample(path, 0)))


def read_sample(path: Path, position: int) -> Sample:
    """Return one sample of a shard.

    Raises:
        BadShard: the file isn't a shard, or is damaged.
    """
    sensors, keys = _index(path)
    members = keys[position]
    try:
        told = json.loads(_bytes(path, members["json"]))
        chips = tuple(_chip(path, members, number, chip, sensors) for number, chip in enumerate(told["chips"]))
        place = (float(told["place"][0]), float(told["place"][1])) if told["place"] else None
        texts, weather = tuple(told.get("texts", ())), _weather(told.get("weather"))
        return Sample(chips, place=place, acquired=_day(told["acquired"]), weather=weather, texts=texts)
    except (KeyError, TypeError, ValueError) as error:
        raise BadShard(f"{path}: sample {position} is damaged: {error}.") from error


def _chip(
    path: Path, members: dict[str, tuple[int, int]], number: int, told: dict[str, Any], sensors: dict[str, Sensor]
) -> Chip:
    height, width = told["size"]
    pixels = np.load(io.BytesIO(_bytes(path, members[f"{number}.npy"])), allow_pickle=False)
    packed = np.load(io.BytesIO(_bytes(path, members[f"{number}.mask.npy"])), allow_pickle=False)
    mask = np.unpackbits(packed, count=height * width).reshape(height, width).astype(bool)
    return Chip(
        pixels.astype(np.float32),
        mask,
        sensors[told["sensor"]],
        acquired=_day(told["acquired"]),
        orbit=told.get("orbit"),
        incidence_deg=told.get("incidence_deg"),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _bytes(path: Path, where: tuple[int, int]) -> bytes:
    with path.open("rb") as file:
        file.seek(where[0])
        return file.read(where[1])


@lru_cache(maxsize=_MEMBERS)
def _index(path: Path) -> tuple[dict[str, Sensor], list[dict[str, tuple[int, int]]]]:
    """Return a shard's sensors, and for each sample where in the file its parts are: name -> (offset, bytes)."""
    try:
        with tarfile.open(path, "r:") as tar:
            places = {member.name: (member.offset_data, member.size) for member in tar if member.isfile()}
    except (OSError, tarfile.TarError) as error:
        raise BadShard(f"{path} is not a readable tar file: {error}.") from error
    if _SENSORS not in places:
        raise BadShard(f"{path} holds no {_SENSORS}: it was not written by `python -m mlcore.pretrain shards`.")
    sensors = {code: sensor_from_dict(told) for code, told in json.loads(_bytes(path, places.pop(_SENSORS))).items()}
    samples: dict[str, dict[str, tuple[int, int]]] = {}
    for name, where in places.items():
        key, _, part = name.partition(".")
        samples.setdefault(key, {})[part] = where
    return sensors, [samples[key] for key in sorted(samples)]
