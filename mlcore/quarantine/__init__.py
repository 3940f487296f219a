"""Quarantine: what strangers send is read in child processes with limits of time and memory, here alone.

A library that crashes, hangs or swells over a crafted file takes its child along and nothing else. A child is told in
JSON and answers in JSON: nothing that it says is ever unpickled. It is made by exec, not by fork, so that threaded web
servers and the daemonic processes of a queue may have some; `multiprocessing` and the pools above it allow neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mlcore.containers import Bundle, Layer
from mlcore.errors import Busy
from mlcore.labelsets import Wishes
from mlcore.quarantine.pool import Allowance, Overwhelmed, ask, close
from mlcore.raster.cog import Progress
from mlcore.raster.info import DEFAULT_LIMITS, Limits
from mlcore.raster.remote import Elsewhere
from mlcore.raster.stacking import Wanted
from mlcore.raster.statistics import BandStatistics
from mlcore.readers import Facts, facts_from_dict
from mlcore.sensors import Sensor, sensor_from_dict

__all__ = [
    "PATIENT",
    "PROMPT",
    "STEADY",
    "Allowance",
    "Busy",
    "Finding",
    "Overwhelmed",
    "bring",
    "close",
    "contents",
    "convert",
    "inspect",
    "labels",
    "look",
    "miniature",
    "oddities",
    "peek",
    "restate",
    "stack",
    "statistics",
    "unfold",
]

# While somebody waits for an answer of the web
PROMPT = Allowance(seconds=4, wait=1, elapsed=8, advice="Try again in a minute.")
PATIENT = Allowance(seconds=60, wait=3600, elapsed=1800)  # in the background
STEADY = Allowance(seconds=600, wait=3600, elapsed=3600)  # of a conversion, from one sign of progress to the next


@dataclass(frozen=True)
class Finding:
    """What a look at a file's pixels says: the sensor, on the scale that the numbers have, and remarks."""

    sensor: Sensor
    remarks: list[str]


def inspect(
    file: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    whole: bool = True,
    kind: str | None = None,
    allowance: Allowance = PATIENT,
) -> Facts:
    """Validate a file of any kind that is read, and describe it.

    Args:
        file: on this machine.
        limits: what is accepted.
        whole: decode an image without a table of its blocks, however large, to see that nothing is missing.
        kind: of the reader; None for the one that its content calls for.
        allowance: of time and memory.

    Raises:
        UnsafeFile, UnreadableFile, FileTooLarge, BadGeoreference: as the reader's `inspect`.
        Overwhelmed: it takes too much of a processor or of memory, or a library broke down over it.
        Busy: this machine does not get to it in time, which is no fault of the file.
    """
    return facts_from_dict(ask("inspect", allowance, file=str(file), limits=asdict(limits), whole=whole, kind=kind))


def statistics(file: Path, kind: str, *, allowance: Allowance = PATIENT) -> list[BandStatistics]:
    """Return how each band's numbers spread.

    Raises:
        EmptyRaster, UnreadableFile: no pixel is valid, or some are damaged.
        Overwhelmed, Busy: as `inspect`.
    """
    answer = ask("statistics", allowance, file=str(file), kind=kind)
    return [BandStatistics.from_dict(band) for band in answer["bands"]]


def oddities(file: Path, kind: str, *, allowance: Allowance = PATIENT) -> list[str]:
    """Return remarks on what a file holds that its reader leaves out or takes in a way that not everybody expects.

    Raises:
        Overwhelmed, Busy: as `inspect`.
    """
    return list(ask("oddities", allowance, file=str(file), kind=kind)["remarks"])


def look(file: Path, sensor: Sensor, *, acquired: date | None, name: str, allowance: Allowance = PATIENT) -> Finding:
    """Check a file against what is declared of it; a wrong scale is put right and remarked on.

    Raises:
        BadSample: it contradicts itself in a way that nobody but its owner can put right.
        Overwhelmed, Busy: as `inspect`.
    """
    day = acquired.isoformat() if acquired else None
    kind = "remote" if isinstance(file, Elsewhere) else None
    answer = ask("look", allowance, file=str(file), sensor=sensor.to_dict(), acquired=day, name=name, kind=kind)
    return Finding(sensor_from_dict(answer["sensor"]), list(answer["remarks"]))


def convert(
    source: Path, target: Path, facts: Facts, *, progress: Progress | None = None, allowance: Allowance = STEADY
) -> Facts:
    """Write a file in the layout that reads fast, whole or not at all, and return the facts of that.

    Raises:
        UnreadableFile: its pixels are damaged.
        OSError: the disk has no room for it.
        Overwhelmed, Busy: as `inspect`; nothing is left behind.
    """
    told = {"source": str(source), "target": str(target), "facts": facts.to_dict()}
    return facts_from_dict(ask("convert", allowance, progress=progress, **told))


def stack(
    files: Sequence[Wanted], tags: Mapping[str, str], *, name: str, allowance: Allowance = STEADY
) -> dict[str, Any]:
    """Look at remote files, and return the description of the stack that they make.

    Raises:
        NotReachable, RemoteGone, RemoteAway: a file cannot be had.
        UnsafeFile, UnreadableFile, FileTooLarge, BadGeoreference: one cannot be read, or they do not belong together.
        Overwhelmed, Busy: as `inspect`.
    """
    told: dict[str, Any] = {"files": [file.to_dict() for file in files], "tags": dict(tags), "name": name}
    return dict(ask("stack", allowance, **told)["stack"])


def bring(source: Path, target: Path, *, progress: Progress | None = None, allowance: Allowance = STEADY) -> Facts:
    """Write what a stack of remote files holds as a raster of this machine, whole or not at all; return its facts.

    Raises:
        RemoteChanged, RemoteGone, RemoteAway, NotReachable: a file cannot be had.
        OSError: the disk has no room for it.
        Overwhelmed, Busy: as `inspect`.
    """
    return facts_from_dict(ask("bring", allowance, progress=progress, source=str(source), target=str(target)))


def peek(code: str, bundle: Bundle, *, allowance: Allowance = PATIENT) -> str:
    """Validate the headers of a container, and return in words how much it holds.

    Raises:
        UnsafeFile, UnreadableFile, FileTooLarge, BadGeoreference: it cannot be unfolded.
        Overwhelmed, Busy: as `inspect`.
    """
    return str(ask("peek", allowance, code=code, bundle=bundle.to_dict())["summary"])


def unfold(
    code: str, bundle: Bundle, folder: Path, *, progress: Progress | None = None, allowance: Allowance = STEADY
) -> list[Layer]:
    """Write the rasters of a container into a folder that there is; whatever fails may leave some there.

    Raises:
        UnsafeFile, UnreadableFile, FileTooLarge, BadGeoreference: it cannot be unfolded.
        OSError: the disk has no room for it.
        Overwhelmed, Busy: as `inspect`.
    """
    told = {"code": code, "bundle": bundle.to_dict(), "folder": str(folder)}
    return [Layer.from_dict(layer) for layer in ask("unfold", allowance, progress=progress, **told)["layers"]]


def restate(
    source: Path,
    target: Path,
    *,
    crs: str | None,
    transform: tuple[float, ...] | None,
    nodata: float | None,
    allowance: Allowance = PATIENT,
) -> None:
    """Copy a raster with another place, or another number for no data; None leaves what it says.

    Raises:
        BadGeoreference, UnreadableFile: it cannot be so.
        OSError: the disk has no room for it.
        Overwhelmed, Busy: as `inspect`.
    """
    told: dict[str, Any] = {"source": str(source), "target": str(target)}
    told |= {"crs": crs, "transform": transform, "nodata": nodata}
    ask("restate", allowance, **told)


def miniature(file: Path, target: Path, *, side: int, allowance: Allowance = PROMPT) -> None:
    """Write somebody's picture anew, its longer side at most `side` px; it raises as `inspect` does."""
    ask("miniature", allowance, file=str(file), target=str(target), side=side)


def contents(file: Path, *, most_bytes: int, allowance: Allowance = PATIENT) -> list[Mapping[str, Any]]:
    """Return the members of a zip archive: name, packed and unpacked bytes, whether it is encrypted.

    Args:
        file: the archive.
        most_bytes: of its table of contents, which takes ten times as much memory when it is read.
        allowance: of time and memory.

    Raises:
        UnreadableFile: it is damaged.
        FileTooLarge: its table of contents is.
        Overwhelmed, Busy: as `inspect`.
    """
    return list(ask("contents", allowance, file=str(file), most_bytes=most_bytes)["members"])


def labels(
    file: Path,
    target: Path,
    wishes: Wishes,
    *,
    progress: Progress | None = None,
    allowance: Allowance = STEADY,
) -> dict[str, Any]:
    """Write what a file of labels says to `target`, one item a line, and return what is to be said of all of them.

    Args:
        file: of labels, of any format that is read.
        target: where the items go.
        wishes: what its sender says of it.
        progress: gets a share 0..1.
        allowance: of time and memory, from one sign of progress to the next.

    Raises:
        UnreadableFile, UnsafeFile, FileTooLarge: it is damaged, hostile, or too much.
        Overwhelmed, Busy: as `inspect`.
    """
    told = {"target": str(target), "wishes": asdict(wishes), "name": wishes.name}
    return ask("labels", allowance, progress=progress, file=str(file), **told)
