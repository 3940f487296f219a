"""Stacking: remote files are looked at once, and what they are together is written down."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from rasterio.io import DatasetReader

from mlcore.errors import BadGeoreference, UnreadableFile, UnsafeFile
from mlcore.raster.described import descriptions_of, scales_of
from mlcore.raster.info import Limits, check_place, check_size, names_file
from mlcore.raster.layout import missing_bytes
from mlcore.raster.opening import alpha_band, data_bands, georeference, has_mask_band
from mlcore.raster.sources import Source, check_start, check_table
from mlcore.raster.stacks import Stack, StackBand, StackFile
from mlcore.remote import pin


@dataclass(frozen=True)
class Wanted:
    """A remote file to stack, and what a catalogue says of its bands; without bands, all are taken as they are."""

    url: str
    bands: tuple[Mapping[str, Any], ...] = ()  # name, nodata, scale, offset: None where nothing is said

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready, the inverse of `from_dict`."""
        return {"url": self.url, "bands": [dict(band) for band in self.bands]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Wanted":
        """Rebuild what `to_dict` told."""
        return cls(str(data["url"]), tuple(data["bands"]))


def stacked(wanted: Sequence[Wanted], tags: Mapping[str, str], limits: Limits) -> Stack:
    """Look at the table of contents of each file, pin it, and say what they are as one raster.

    Raises:
        NotReachable, RemoteGone, RemoteAway: a file cannot be had.
        UnsafeFile, UnreadableFile, FileTooLarge, BadGeoreference: one cannot be read, or they do not belong together.
    """
    with ExitStack() as held:
        sources = [held.enter_context(closing(_opened(each))) for each in wanted]
        places = [_place(source, limits) for source in sources]
        finest = _finest(sources, places)
        bands = [band for number, each in enumerate(wanted) for band in _bands(sources[number], number, each)]
        shape = sources[finest].dataset
        stated = [source.dataset.nodata for source in sources if source.dataset.nodata is not None]
        stated += [band.nodata for band in bands if band.nodata is not None]
        return Stack(
            files=tuple(StackFile(source.pinned, place[1]) for source, place in zip(sources, places, strict=True)),
            bands=tuple(bands),
            width=shape.width,
            height=shape.height,
            crs=places[finest][0],
            transform=places[finest][1],
            nodata=stated[0] if stated and math.isfinite(stated[0]) else None,
            masked=any(alpha_band(source.dataset) is not None or has_mask_band(source.dataset) for source in sources),
            tags=dict(tags) or _first_tags(shape),
        )


def _opened(wanted: Wanted) -> Source:
    pinned, start = pin(wanted.url)
    check_start(pinned, start)
    check_table(pinned)
    return Source(pinned)


def _first_tags(dataset: DatasetReader) -> dict[str, str]:
    return {name: value[:200] for name, value in list(dataset.tags().items())[:50]}


def _place(source: Source, limits: Limits) -> tuple[str | None, tuple[float, float, float, float, float, float]]:
    dataset, name = source.dataset, source.pinned.named
    check_size(dataset, name, limits)
    if not data_bands(dataset):
        raise UnreadableFile(f"{name} has no band of measurements.")
    if any("complex" in dtype for dtype in dataset.dtypes):
        raise UnreadableFile(f"{name} holds complex numbers; choose amplitude or decibels instead.")
    if dataset.crs and names_file(dataset.crs.to_wkt()):
        raise UnsafeFile(f"{name} refers to other files; it is not read.")
    if missing := missing_bytes(dataset, source.pinned.size):
        raise UnreadableFile(f"{name} is truncated: {missing:,} bytes that it declares are missing.")
    crs, affine = georeference(dataset)
    check_place(name, crs, affine, dataset.width, dataset.height)
    a, b, c, d, e, f = tuple(affine)[:6]
    return crs, (a, b, c, d, e, f)


def _finest(sources: Sequence[Source], places: Sequence[tuple[str | None, tuple[float, ...]]]) -> int:
    """Return which file has the smallest pixels, once it is certain that all show one ground in one way."""
    first = sources[0]
    for source, (crs, transform) in zip(sources, places, strict=True):
        if crs != places[0][0]:
            raise BadGeoreference(
                f"{source.pinned.named} and {first.pinned.named} are in two coordinate systems; choose files of one."
            )
        if len(sources) > 1 and (transform[1] or transform[3]):
            raise BadGeoreference(f"{source.pinned.named} is rotated, so that it cannot be stacked; choose it alone.")
    shapes = {(source.dataset.width, source.dataset.height) for source in sources}
    if places[0][0] is None and len(shapes) > 1:
        raise BadGeoreference("The files have different sizes and no place: nobody knows how they lie on each other.")
    return min(range(len(sources)), key=lambda number: abs(places[number][1][0] * places[number][1][4]))


def _bands(source: Source, file: int, wanted: Wanted) -> Iterator[StackBand]:
    dataset = source.dataset
    numbers = data_bands(dataset)
    if wanted.bands and len(wanted.bands) != len(numbers):
        raise UnreadableFile(
            f"{source.pinned.named} has {len(numbers)} bands, and the catalogue speaks of {len(wanted.bands)}; choose "
            "other files."
        )
    names = descriptions_of(dataset, numbers)
    scales, offsets = scales_of(dataset, numbers)
    told = wanted.bands or ({},) * len(numbers)
    for at, (number, said) in enumerate(zip(numbers, told, strict=True)):
        nodata = said.get("nodata")
        yield StackBand(
            file,
            number,
            str(np.dtype(dataset.dtypes[number - 1])),
            name=said.get("name") or names[at],
            nodata=float(nodata) if nodata is not None and dataset.nodata is None else None,
            colour=dataset.colorinterp[number - 1].name,
            scale=float(said.get("scale") or (scales[at] if scales else 1.0)),
            offset=float(said.get("offset") or (offsets[at] if offsets else 0.0)),
        )
