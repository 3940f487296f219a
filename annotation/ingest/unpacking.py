"""Unpacking: the files of a checked archive, one thing at a time, each gone when the next is asked for."""

import lzma
import shutil
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from django.conf import settings

from annotation.errors import BadUpload, is_disk_full
from annotation.ingest.naming import plain_path
from annotation.ingest.results import FileResult, Status
from annotation.ingest.sorting import Contents
from annotation.ingest.staging import StagedFile, stage
from annotation.ingest.unfolding import bundle, unfolded
from mlcore.containers import Group

MAX_CHIP_BYTES = 256 * 2**20
# what unpacking one member raises, besides running out of room: each library has errors of its own
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
Unpacked = Generator[StagedFile | FileResult, None, None]


def unpack(file: StagedFile, contents: Contents) -> Unpacked:
    """Yield the chips of a checked archive one by one, or why one can't be had."""
    yield from _each(file, contents.chips, contents, limit=MAX_CHIP_BYTES, as_chips=True)


def unpack_scenes(file: StagedFile, contents: Contents) -> Unpacked:
    """Yield the scenes of a checked archive one by one, or why one can't be had."""
    if contents.is_store:
        yield replace(file, container="zarr")  # read where it lies: its thousands of parts stay packed
        return
    limit = settings.UPLOAD_LIMIT_MB * 2**20
    yield from _each(file, contents.scenes, contents, limit=limit, as_chips=False)


def _each(file: StagedFile, groups: list[Group], contents: Contents, *, limit: int, as_chips: bool) -> Unpacked:
    with zipfile.ZipFile(file.path) as archive:
        members = {item.filename: item for item in archive.infolist() if not item.is_dir()}
        for group in groups:
            parts = list[StagedFile]()
            try:
                for name in group.members:
                    parts.append(_copy(archive, members[name], limit))
                yield from _whole(group, parts, contents, as_chips)
            except BadUpload as error:
                yield FileResult(plain_path(group.name), Status.REFUSED, str(error))
            finally:
                for part in parts:
                    shutil.rmtree(part.path.parent, ignore_errors=True)


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> StagedFile:
    """Stage one member.

    Raises:
        BadUpload: it is damaged, or too large.
    """
    try:
        with archive.open(member) as source:
            part = stage(source, name=member.filename, limit=limit)
    except _DAMAGED as error:
        if is_disk_full(error):
            raise
        raise BadUpload(f"it is damaged in the archive ({error}); pack it again.") from error
    return replace(part, name=plain_path(member.filename))


def _whole(group: Group, parts: list[StagedFile], contents: Contents, as_chips: bool) -> Iterator[StagedFile]:
    if not group.container:
        beside = contents.beside.get(PurePosixPath(group.name).with_suffix(""), ())
        yield replace(parts[0], beside=tuple(beside))
        return
    whole = bundle(group, parts)
    if not as_chips:
        yield whole
        return
    with unfolded(whole, group.container) as layers:
        yield from layers
