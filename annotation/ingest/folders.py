"""Folders of this machine that the operator named: their files are read in place; links in them are not followed."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from annotation.errors import BadUpload
from annotation.ingest.naming import plain_path
from annotation.ingest.results import FileResult, Status
from annotation.ingest.sorting import IMAGES, Contents, sort_out
from annotation.ingest.staging import StagedFile, local_file
from annotation.ingest.unfolding import bundle, unfolded
from mlcore.containers import Group


def look_through(folder: Path) -> Contents:
    """Return what a folder and the folders below it hold.

    Raises:
        BadUpload: no imagery.
    """
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    inside = sort_out(f"{folder.name}/{path.relative_to(folder)}" for path in files)
    if not inside.names:
        raise BadUpload(f"{folder} holds no image; it needs {', '.join(sorted(IMAGES))} files.")
    return inside


def scenes_in(folder: Path, contents: Contents) -> Iterator[StagedFile]:
    """Yield the scenes of a folder."""
    for group in contents.scenes:
        yield _named(folder, group, contents)


def chips_in(folder: Path, contents: Contents) -> Generator[StagedFile | FileResult, None, None]:
    """Yield the chips of a folder, or why one can't be had; a stacked one is gone when the next is asked for."""
    for group in contents.chips:
        file = _named(folder, group, contents)
        if not group.container:
            yield file
            continue
        try:
            with unfolded(file, group.container) as layers:
                yield from layers
        except BadUpload as error:
            yield FileResult(file.name, Status.REFUSED, str(error))


def _named(folder: Path, group: Group, contents: Contents) -> StagedFile:
    parts = [_local(folder, name) for name in group.members]
    if group.container:
        return bundle(replace(group, name=_inside(group.name, folder)), parts)
    beside = contents.beside.get(PurePosixPath(group.members[0]).with_suffix(""), ())
    return replace(parts[0], beside=tuple(beside))


def _local(folder: Path, name: str) -> StagedFile:
    """Return a file by its path in the folder, whose own name comes first: it may be that of a product."""
    return replace(local_file(folder.parent / name), name=plain_path(_inside(name, folder)))


def _inside(name: str, folder: Path) -> str:
    return name.removeprefix(f"{folder.name}/")
