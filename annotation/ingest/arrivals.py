"""Arrival: a validated file on its way into a project, its pixels ready and its rows not written yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from annotation.errors import BadUpload
from annotation.ingest.assets import names_of, prepare_asset
from annotation.ingest.instruments import sensor_of
from annotation.ingest.placing import Spot, choose_spot
from annotation.ingest.staging import StagedFile
from annotation.models import Asset, Project, Scene, Tile
from annotation.models.acquisition import day_of, moment_of
from annotation.quotas import check_room
from annotation.soundness import declared, told_of
from mlcore import quarantine
from mlcore.quarantine import PATIENT, PROMPT, Allowance
from mlcore.raster.cog import Progress
from mlcore.raster.dated import dated
from mlcore.raster.info import DEFAULT_LIMITS, Limits, RasterInfo
from mlcore.raster.instruments import speaking
from mlcore.raster.statistics import BandStatistics
from mlcore.readers import get_reader
from mlcore.sensors import Sensor, sensor_from_dict

MAX_CHIP_PX = 1024
_LONGEST_NAME = 200  # characters of a scene's
CHIP_LIMITS = Limits(max_image_pixels=16 * MAX_CHIP_PX**2)  # an archive may hold bombs by the thousand

Report = Callable[[float, str], None]  # 0..1 and a line for people


@dataclass(frozen=True)
class Wishes:
    """What the sender stated about the files."""

    sensor: str | Sensor | None = None  # a code, or one of the project's own; guessed from each file when None
    acquired: date | None = None  # a datetime where the time is known, too
    name: str | None = None  # of the scene, when there is one file
    in_place: bool = False  # files in mounted folders may stay where they lie


@dataclass(frozen=True)
class Arrival:
    """A validated file with its converted pixels and its instrument."""

    name: str
    asset: Asset  # without a primary key when it is new
    sensor: Sensor
    sensor_guessed: bool
    acquired: date | None
    remarks: list[str] = field(default_factory=list)

    def scene(self, project: Project, **place: object) -> Scene:
        """Return the scene that this becomes, not stored yet."""
        sensor, (acquired, day_only) = self.sensor.to_dict(), moment_of(self.acquired)
        return Scene(
            project=project,
            asset=self.asset,
            name=self.name,
            sensor=sensor,
            sensor_guessed=self.sensor_guessed,
            acquired=acquired,
            day_only=day_only,
            remarks=self.remarks,
            checked=declared(sensor, day_of(self.acquired)),
            **place,
        )


@dataclass(frozen=True)
class Sight:
    """What one look at a file says: its facts, its numbers, and the instrument that they fit."""

    info: RasterInfo
    statistics: list[BandStatistics]
    sensor: Sensor
    sensor_guessed: bool
    remarks: list[str]
    noted: list[str] = field(default_factory=list)  # remarks on how the file is written, whatever is declared of it
    acquired: date | None = None  # as the file says, where its sender says nothing

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready, the inverse of `from_dict`; tags that say nothing of the instrument stay behind."""
        return {
            "info": self.info.to_dict() | {"tags": speaking(self.info.tags)},
            "statistics": [band.to_dict() for band in self.statistics],
            "sensor": self.sensor.to_dict(),
            "sensor_guessed": self.sensor_guessed,
            "remarks": self.remarks,
            "noted": self.noted,
            "acquired": self.acquired.isoformat() if self.acquired else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Sight":
        """Rebuild what an earlier look said."""
        statistics = [BandStatistics.from_dict(band) for band in data["statistics"]]
        sensor, guessed = sensor_from_dict(data["sensor"]), bool(data["sensor_guessed"])
        return cls(
            RasterInfo.from_dict(data["info"]),
            statistics,
            sensor,
            guessed,
            list(data["remarks"]),
            list(data.get("noted", [])),
            date.fromisoformat(data["acquired"]) if data.get("acquired") else None,
        )


def see(file: StagedFile, info: RasterInfo, wishes: Wishes, *, allowance: Allowance = PATIENT) -> Sight:
    """Look at the pixels of a file and name its instrument.

    Raises:
        BadUpload: no pixel is valid, or they contradict the stated sensor or date.
        NotLookedAt: it takes more than the allowance.
    """
    with names_of(file):
        numbers = quarantine.statistics(file.path, info.kind, allowance=allowance)
        means = [band.mean for band in numbers]
        sensor, guessed = _sensor(file, info, wishes, means)
        noted = [*file.said, *quarantine.oddities(file.path, info.kind, allowance=allowance)]
        told = None if wishes.acquired else dated(info, file.name)
        day = told.day if told else day_of(wishes.acquired)
        finding = quarantine.look(
            get_reader(info.kind).path_of(file.path), sensor, acquired=day, name=file.name, allowance=allowance
        )
    said = told_of(info, finding.sensor, guessed=guessed, name=file.name, means=means)
    if told:
        said.append(f"Acquired on {told.day} by its {told.source}; correct the date if that is wrong.")
    remarks = [*noted, *said, *finding.remarks]
    return Sight(info, numbers, finding.sensor, guessed, remarks, noted, told.day if told else None)


def _sensor(file: StagedFile, info: RasterInfo, wishes: Wishes, means: list[float]) -> tuple[Sensor, bool]:
    """Return the sensor that somebody stated, else the one that its container told, else a guess."""
    told = file.layer.sensor if file.layer else None
    if told and not wishes.sensor:
        return told, False
    return sensor_of(info, wishes.sensor, name=file.name, means=means)


def receive(file: StagedFile, sight: Sight, wishes: Wishes, *, progress: Progress | None = None) -> Arrival:
    """Convert a file that was looked at.

    Raises:
        BadUpload: the pixels are damaged.
    """
    asset = prepare_asset(file, sight.info, sight.statistics, noted=sight.noted, progress=progress)
    name = wishes.name or file.name[-_LONGEST_NAME:]
    return Arrival(name, asset, sight.sensor, sight.sensor_guessed, wishes.acquired or sight.acquired, sight.remarks)


def look_at_scene(project: Project, file: StagedFile, *, allowance: Allowance = PATIENT) -> RasterInfo:
    """Return what a file is, if it can become a scene of the project.

    Raises:
        BadUpload: it is not a safe and whole raster, or makes too many tiles.
        OverQuota: the project has no room for it.
        NotLookedAt: it takes more than the allowance.
    """
    with names_of(file):
        info = _raster_facts(file, allowance=allowance)
    spot = choose_spot(project, info, name=file.name)
    tiles = spot.block[2] * spot.block[3] if spot.makes_tiles else 0
    own = 0 if file.mounted and info.is_cog else file.path.stat().st_size
    check_room(project, file.name, size=own, tiles=max(0, tiles - _tiles_there(spot)))
    return info


def _tiles_there(spot: Spot) -> int:
    """Return how many tiles of a spot's block there are already."""
    column, row, columns, rows = spot.block
    there = Tile.objects.filter(column__range=(column, column + columns - 1), row__range=(row, row + rows - 1))
    return there.filter(grid=spot.grid).count() if spot.grid.pk else 0


def look_at_chip(file: StagedFile) -> RasterInfo:
    """Return what a file is, if it can become a ready-made chip.

    Raises:
        BadUpload: it is not a safe and whole raster, or too large for a chip.
    """
    with names_of(file):
        info = _raster_facts(file, limits=CHIP_LIMITS)
    if max(info.width, info.height) > MAX_CHIP_PX:
        raise BadUpload(
            f"{file.name} has {info.width} x {info.height} px, too large for a chip ({MAX_CHIP_PX} px a side); "
            "give it by itself, outside the folder or archive, and it is cut into tiles."
        )
    return info


def _raster_facts(file: StagedFile, *, limits: Limits = DEFAULT_LIMITS, allowance: Allowance = PATIENT) -> RasterInfo:
    """Return the facts of a raster; of another kind of file, tell what it is and what to give instead."""
    kind = file.layer.kind if file.layer else None
    whole = allowance is not PROMPT
    facts = quarantine.inspect(file.path, limits=limits, whole=whole, kind=kind, allowance=allowance)
    if not isinstance(facts, RasterInfo):
        raise BadUpload(
            f"{file.name} is {facts.summary}: it is read, but its tiles come with a coming version. "
            "Give a raster that was made of it, such as heights, until then."
        )
    return facts
