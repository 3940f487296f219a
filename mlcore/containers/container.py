"""What a container is: a file, or several that belong together, which is unfolded into rasters that are read as any."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from mlcore.errors import FileTooLarge, UnreadableFile
from mlcore.raster.info import DEFAULT_LIMITS
from mlcore.sensors import Sensor, sensor_from_dict

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Bundle:
    """Files that belong together, by the names that their sender knows."""

    name: str  # of the whole
    members: Mapping[str, Path]  # the main one first

    @property
    def main(self) -> Path:
        """Return the first file."""
        return next(iter(self.members.values()))

    def ending(self, *suffixes: str) -> Path | None:
        """Return the first file whose name ends so."""
        lower = {name.lower(): path for name, path in self.members.items()}
        return next((path for name, path in lower.items() if name.endswith(suffixes)), None)

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready, the inverse of `from_dict`."""
        return {"name": self.name, "members": {name: str(path) for name, path in self.members.items()}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Bundle":
        """Rebuild what `to_dict` told."""
        return cls(str(data["name"]), {name: Path(path) for name, path in data["members"].items()})


@dataclass(frozen=True)
class Layer:
    """One raster out of a container."""

    file: str  # in the folder that it was unfolded to
    part: str = ""  # what tells it from the others; '' for the only one
    kind: str = "raster"  # of the reader that reads it
    sensor: Sensor | None = None  # where the container says more than the raster's own words can
    remarks: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready, the inverse of `from_dict`."""
        sensor = self.sensor.to_dict() if self.sensor else None
        return {"file": self.file, "part": self.part, "kind": self.kind, "sensor": sensor, "remarks": self.remarks}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Layer":
        """Rebuild what `to_dict` told."""
        sensor = sensor_from_dict(data["sensor"]) if data["sensor"] else None
        return cls(data["file"], data["part"], data["kind"], sensor, list(data["remarks"]))


class Container(ABC):
    """One kind of file that holds rasters in another layout than an image's."""

    code: ClassVar[str]
    title: ClassVar[str]  # of such a file
    endings: ClassVar[tuple[str, ...]] = ()  # by which such a file is looked for in an archive

    @abstractmethod
    def begins(self, start: bytes, name: str) -> bool:
        """Return whether a single file that begins like this is one."""

    @abstractmethod
    def peek(self, bundle: Bundle) -> str:
        """Validate its headers, and return in words how much it holds.

        Raises:
            UnsafeFile, UnreadableFile, FileTooLarge, BadGeoreference: it cannot be unfolded.
        """

    @abstractmethod
    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write its rasters into a folder; errors are those of `peek`."""


def check_shape(name: str, width: int, height: int, count: int) -> None:
    """Refuse a raster without pixels, or with more than are read.

    Raises:
        UnreadableFile, FileTooLarge: says which.
    """
    limits = DEFAULT_LIMITS
    if min(width, height, count) < 1:
        raise UnreadableFile(f"{name} has {width} x {height} px with {count} bands: there is nothing in it.")
    if max(width, height) > limits.max_side or width * height * count > limits.max_pixels or count > limits.max_bands:
        raise FileTooLarge(
            f"{name} has {width:,} x {height:,} px with {count:,} bands; at most {limits.max_side:,} px a side, "
            f"{limits.max_bands} bands and {limits.max_pixels:,} values are read. Cut it into parts."
        )


def base_name(name: str) -> str:
    """Return a member's file name without folders."""
    return PurePosixPath(name).name
