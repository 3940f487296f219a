"""Work: what a child can be told to do with a file, by name; arguments and answers are JSON."""

import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from mlcore.checks import check_sample
from mlcore.containers import Bundle, get_container
from mlcore.errors import BadScale, FileTooLarge, UnreadableFile
from mlcore.labelsets import Wishes, read_labels
from mlcore.raster.cog import Progress
from mlcore.raster.info import DEFAULT_LIMITS, Limits
from mlcore.raster.miniatures import write_miniature
from mlcore.raster.restated import restated
from mlcore.raster.stacking import Wanted, stacked
from mlcore.readers import facts_from_dict, get_reader, reader_of
from mlcore.readers.remote import RemoteReader
from mlcore.readers.returns import copy_returns
from mlcore.remarks import remarks
from mlcore.samples import Chip, Sample
from mlcore.sensors import Quantity, Sensor, sensor_from_dict

_MOST_TAGS = 200  # of a file, that are told; the first say what it is
_DECODED = 16_000_000  # values of an image that are decoded while its sender waits
_SLOW = 1.0  # seconds to open a file
_LONGEST_TAG = 2000  # characters

Answer = dict[str, Any]


def inspect(file: str, limits: Mapping[str, int], whole: bool, kind: str | None) -> Answer:
    """Return what a file is."""
    path = Path(file)
    told = {**limits, "max_decoded": limits["max_decoded"] if whole else _DECODED}
    began = time.process_time()
    reader = get_reader(kind) if kind else reader_of(path)
    facts = _shortened(reader.inspect(path, limits=Limits(**told)).to_dict())
    if facts.get("is_cog") and time.process_time() - began > _SLOW:
        facts["is_cog"] = False  # written anew rather than copied: what is served must open fast
    return facts


def _shortened(facts: Answer) -> Answer:
    tags = facts.get("tags", {})
    return facts | {"tags": {name: value[:_LONGEST_TAG] for name, value in list(tags.items())[:_MOST_TAGS]}}


def statistics(file: str, kind: str) -> Answer:
    """Return how each band's numbers spread."""
    return {"bands": [band.to_dict() for band in get_reader(kind).statistics(Path(file))]}


def oddities(file: str, kind: str) -> Answer:
    """Return remarks on what of a file is left out, or taken in a way that not everybody expects."""
    return {"remarks": get_reader(kind).oddities(Path(file))}


def look(file: str, sensor: Mapping[str, Any], acquired: str | None, name: str, kind: str | None) -> Answer:
    """Return the sensor on the scale that a file's numbers have, and remarks."""
    path, declared = Path(file), sensor_from_dict(sensor)
    day = date.fromisoformat(acquired) if acquired else None
    reader = get_reader(kind) if kind else reader_of(path)
    chip = reader.overview(path, declared, acquired=day)
    try:
        check_sample(Sample((chip,)), names=[name])
    except BadScale as error:
        return _rescaled(chip, error, name)
    return _told(declared, remarks(chip))


def _rescaled(chip: Chip, error: BadScale, name: str) -> Answer:
    other = replace(chip, sensor=replace(chip.sensor, quantity=Quantity(error.better)))
    check_sample(Sample((other,)), names=[name])
    words = error.better.replace("_", " ")
    said = f"{error} It is read as {words} for now; choose another sensor, or rescale the file, if that is wrong."
    return _told(other.sensor, [said, *remarks(other)])


def _told(sensor: Sensor, said: list[str]) -> Answer:
    return {"sensor": sensor.to_dict(), "remarks": said}


def convert(source: str, target: str, facts: Mapping[str, Any], progress: Progress) -> Answer:
    """Write a file in the layout that reads fast, and return what that is."""
    told = facts_from_dict(facts)
    reader = get_reader(told.kind)
    reader.convert(Path(source), Path(target), told, progress=progress)
    return _shortened(reader.inspect(Path(target)).to_dict())


def stack(files: list[Mapping[str, Any]], tags: Mapping[str, str], name: str) -> Answer:
    """Look at remote files, and return what they are as one raster."""
    return {"stack": stacked([Wanted.from_dict(file) for file in files], tags, DEFAULT_LIMITS).to_dict()}


def bring(source: str, target: str, progress: Progress) -> Answer:
    """Write what a stack of remote files holds as a file of this machine, and return what that is."""
    return _shortened(RemoteReader().bring(Path(source), Path(target), progress=progress).to_dict())


def peek(code: str, bundle: Mapping[str, Any]) -> Answer:
    """Return in words what a container holds."""
    return {"summary": get_container(code).peek(Bundle.from_dict(bundle))}


def unfold(code: str, bundle: Mapping[str, Any], folder: str, progress: Progress) -> Answer:
    """Write the rasters of a container into a folder, and return what they are."""
    layers = get_container(code).unfold(Bundle.from_dict(bundle), Path(folder), progress=progress)
    return {"layers": [layer.to_dict() for layer in layers]}


def restate(source: str, target: str, crs: str | None, transform: list[float] | None, nodata: float | None) -> Answer:
    """Copy a raster with another place or number for no data."""
    restated(Path(source), Path(target), crs=crs, transform=transform, nodata=nodata)
    copy_returns(Path(source), Path(target))
    return {}


def miniature(file: str, target: str, side: int) -> Answer:
    """Write a picture anew as a small one, and return how large that is."""
    width, height = write_miniature(Path(file), Path(target), side)
    return {"width": width, "height": height}


def contents(file: str, most_bytes: int) -> Answer:
    """Return the members of an archive."""
    path = Path(file)
    try:
        with path.open("rb") as content:
            end = zipfile._EndRecData(content)  # type: ignore[attr-defined]  # what ZipFile goes by, zip64 included
        if end and end[zipfile._ECD_SIZE] > most_bytes:  # type: ignore[attr-defined]
            raise FileTooLarge(f"{path.name} lists too many files. Split it.")
        with zipfile.ZipFile(path) as archive:
            return {"members": [_member(item) for item in archive.infolist() if not item.is_dir()]}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFile(f"{path.name} is a damaged archive ({error}); pack it again.") from error


def _member(item: zipfile.ZipInfo) -> Answer:
    return {"name": item.filename, "bytes": item.file_size, "encrypted": bool(item.flag_bits & 1)}


def labels(file: str, target: str, wishes: Mapping[str, Any], name: str, progress: Progress) -> Answer:
    """Write what a file of labels says, item by item, and return what is to be said of all of them."""
    return read_labels(Path(file), Path(target), Wishes(**wishes), progress=progress)


GO_ON = {"bring", "convert", "labels", "unfold"}  # which tell how far they are
TASKS: dict[str, Callable[..., Answer]] = {
    "inspect": inspect,
    "stack": stack,
    "statistics": statistics,
    "oddities": oddities,
    "look": look,
    "convert": convert,
    "bring": bring,
    "contents": contents,
    "miniature": miniature,
    "peek": peek,
    "restate": restate,
    "unfold": unfold,
    "labels": labels,
}
