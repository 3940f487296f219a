"""Assets: a file is converted once for everybody; its row and its pixels appear together or not at all."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from annotation import storage
from annotation.errors import BadUpload, FileChanged, NotLookedAt
from annotation.ingest.staging import StagedFile
from annotation.models import Asset
from mlcore.errors import Busy, MLCoreError, NotAnswering
from mlcore.quarantine import Overwhelmed, convert
from mlcore.raster.cog import Progress
from mlcore.raster.info import RasterInfo, footprint
from mlcore.raster.instruments import speaking
from mlcore.raster.statistics import BandStatistics
from mlcore.readers import Facts

ASSETS = "assets"  # below DATA_DIR
MOUNTED = "mounted"  # no folder: what assets that lie elsewhere have for a path


@contextmanager
def names_of(file: StagedFile, *, copy: Path | None = None) -> Iterator[None]:
    """Let errors speak of the file, or of our copy of it, by the name that its sender knows."""
    try:
        yield
    except MLCoreError as error:
        if isinstance(error, NotAnswering) and not isinstance(error, Busy):  # speaks of a host
            raise
        message = str(error)
        named = {part.path.name: part.name for part in file.parts} | {file.path.name: file.name}
        named |= {copy.name: file.name} if copy else {}
        for own, known in named.items():
            message = message.replace(own, known)
        if isinstance(error, Busy):  # which is no fault of the file
            raise Busy(message) from error
        kind = NotLookedAt if isinstance(error, Overwhelmed) else BadUpload
        raise kind(message) from error


def prepare_asset(
    file: StagedFile,
    info: RasterInfo,
    statistics: Sequence[BandStatistics],
    *,
    noted: Sequence[str] = (),
    progress: Progress | None = None,
) -> Asset:
    """Return the asset with this content: the one there is, or a new one, converted but without its row yet.

    Raises:
        BadUpload: the pixels are damaged or none is valid; nothing is left behind.
    """
    known = Asset.objects.filter(sha256=file.sha256).first()
    if known is not None and _is_there(known):
        return known
    if file.mounted and info.is_cog and not file.layer:
        return _as(known, _in_place(file, info, statistics, noted))
    path = (
        known.place
        if known and not known.mounted
        else new_path(file.sha256, "json" if info.kind == "remote" else "tif")
    )
    told = _told(info, statistics, noted)
    path.parent.mkdir(parents=True, exist_ok=True)
    with names_of(file, copy=path), _removed_on_failure(path):
        made = convert(file.path, path, info, progress=progress)
        storage.keep(path)
        return _as(known, _describe(file, path, made, told))


def _is_there(asset: Asset) -> bool:
    """Return whether its pixels can be read; of a mounted file that is no longer the same, they are converted anew."""
    if not asset.mounted:
        return storage.has(asset.place)
    with suppress(FileChanged):
        return asset.where_it_lies.is_file()
    return False


def _as(known: Asset | None, asset: Asset) -> Asset:
    """Return a new asset, or the row that there is of it, which says from now on where its pixels lie."""
    if known is None:
        return asset
    if known.mounted or asset.mounted:
        fields = ("path", "size", "facts", "mounted", "mounted_mtime")
        for name in fields:
            setattr(known, name, getattr(asset, name))
        known.save(update_fields=fields)
    return known


def find_again(asset: Asset, file: StagedFile) -> bool:
    """Let an asset whose mounted file moved be read where the same content lies now; return whether it moved."""
    if not (asset.mounted and file.mounted) or _is_there(asset):
        return False
    stat = file.path.stat()
    asset.mounted, asset.size, asset.mounted_mtime = str(file.path), stat.st_size, stat.st_mtime_ns
    asset.save(update_fields=["mounted", "size", "mounted_mtime"])
    return True


def _in_place(file: StagedFile, info: RasterInfo, statistics: Sequence[BandStatistics], noted: Sequence[str]) -> Asset:
    """Return an asset whose pixels stay where they lie."""
    stat = file.path.stat()
    return Asset(
        sha256=file.sha256,
        path=f"{MOUNTED}/{file.sha256}",  # where nothing lies, so that nobody removes or fetches anything
        size=stat.st_size,
        kind=info.kind,
        facts=info.to_dict() | _told(info, statistics, noted),
        footprint=to_geos(footprint(info)),
        mounted=str(file.path),
        mounted_mtime=stat.st_mtime_ns,
    )


def _told(info: RasterInfo, statistics: Sequence[BandStatistics], noted: Sequence[str]) -> dict[str, Any]:
    """Return what is said of a file as it came."""
    return {
        "statistics": [band.to_dict() for band in statistics],
        "descriptions": list(info.descriptions),  # as the file came: the converted one bears no tags of other domains
        "colours": list(info.colours),
        "tags": speaking(info.tags),
    } | ({"noted": [*noted]} if noted else {})


def new_path(sha256: str, ending: str = "tif") -> Path:
    """Return a path of this attempt's own, so that two attempts at one file never share or remove one."""
    return Path(settings.DATA_DIR) / ASSETS / sha256[:2] / f"{sha256}-{uuid.uuid4().hex[:8]}.{ending}"


@contextmanager
def _removed_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _describe(file: StagedFile, path: Path, made: Facts, told: Mapping[str, Any]) -> Asset:
    outline = footprint(made) if isinstance(made, RasterInfo) else None
    return Asset(
        sha256=file.sha256,
        path=str(path.relative_to(settings.DATA_DIR)),
        size=path.stat().st_size,
        kind=made.kind,
        facts=made.to_dict() | dict(told),
        footprint=to_geos(outline),
    )


def to_geos(shape: BaseGeometry | None) -> GEOSGeometry | None:
    """Return a geometry in longitude and latitude as the database takes it."""
    if shape is None or shape.is_empty:
        return None
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)


@contextmanager
def kept_if_stored(assets: Sequence[Asset]) -> Iterator[None]:
    """Remove the files of new assets that have no row in the end, because of a failure or a faster twin.

    The list may grow meanwhile.
    """
    try:
        yield
    finally:
        new = {asset.path: asset.place for asset in assets if not asset.pk}
        stored = set(Asset.objects.filter(path__in=new).values_list("path", flat=True))
        for path in new.keys() - stored:
            storage.remove(new[path])


def store_assets(assets: Sequence[Asset]) -> dict[str, Asset]:
    """Write the rows that are new and return all, by content hash; call it inside a transaction."""
    Asset.objects.bulk_create([asset for asset in assets if not asset.pk], ignore_conflicts=True, batch_size=1000)
    hashes = [asset.sha256 for asset in assets]
    return {asset.sha256: asset for asset in Asset.objects.filter(sha256__in=hashes)}


def drop_unused(asset: Asset) -> None:
    """Remove an asset that no scene uses any more, and its file once that is certain."""
    path = asset.place
    if Asset.objects.filter(pk=asset.pk, scenes=None).delete()[0]:
        transaction.on_commit(lambda: storage.remove(path), robust=True)  # else it is swept later
